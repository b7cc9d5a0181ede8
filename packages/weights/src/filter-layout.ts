/** The shape that PyTorch has for a tensor: filters lie as [rows, columns, in / groups, out] here, as [out, in / groups, rows, columns] there. */
export function pytorchShape(shape: readonly number[]): readonly number[] {
  const [rows, columns, inputs, outputs] = shape as readonly [number, number, number, number];
  return shape.length === 4 ? [outputs, inputs, rows, columns] : shape;
}

/** The shape that a tensor of PyTorch's has here. */
export function ownShape(shape: readonly number[]): readonly number[] {
  const [outputs, inputs, rows, columns] = shape as readonly [number, number, number, number];
  return shape.length === 4 ? [rows, columns, inputs, outputs] : shape;
}

/** A tensor's numbers in PyTorch's order; those of filters only are others. @param shape as it is here. @returns a copy. */
export function toPytorchOrder(data: Float32Array, shape: readonly number[]): Float32Array {
  return reordered(data, shape, 'to');
}

/** The numbers of a tensor of PyTorch's in the order that they have here. @param shape as it is here. @returns a copy. */
export function fromPytorchOrder(data: Float32Array, shape: readonly number[]): Float32Array {
  return reordered(data, shape, 'from');
}

function reordered(data: Float32Array, shape: readonly number[], direction: 'to' | 'from'): Float32Array {
  if (shape.length !== 4) return new Float32Array(data);
  const [rows, columns, inputs, outputs] = shape as readonly [number, number, number, number];
  const taps = rows * columns;
  const result = new Float32Array(data.length);
  let here = 0;
  for (let tap = 0; tap < taps; tap++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++, here++) {
        const there = (output * inputs + input) * taps + tap;
        if (direction === 'to') result[there] = data[here] as number;
        else result[here] = data[there] as number;
      }
  return result;
}

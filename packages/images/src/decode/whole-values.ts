import type { Numbers, Raster } from './raster.ts';
import { unusable } from './unusable.ts';

const LARGEST = 2 ** 31 - 1;
const SMALLEST = -(2 ** 31);

/**
 * A label's values as whole numbers: bytes and shorts stay, all else becomes int32.
 * @throws AslError ASL_DATA_INVALID for the first value that is not whole or does not fit, with its place.
 */
export function wholeValues(
  raster: Pick<Raster, 'data' | 'width' | 'height' | 'slices' | 'tolerance'>,
  kind: string,
  file: string,
): Uint8Array | Uint16Array | Int32Array {
  const { data, tolerance = 0 } = raster;
  if (data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Int32Array) return data;
  const values = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    const whole = Math.round(value);
    // Written so that what is no number fails too.
    if (!(Math.abs(value - whole) <= tolerance)) {
      throw unusable(file, 'a label holds a value that is no whole number', {
        expected: 'the class of each pixel as a whole number',
        received: `${value} at ${placeOf(i, raster)}, ${countFractions(data, tolerance)} of ${data.length} values, in a ${kind}`,
        remedy: 'save the class of each pixel; probabilities and blurred masks hold none',
      });
    }
    if (whole > LARGEST || whole < SMALLEST) {
      throw unusable(file, 'a label holds a value that no class can have', {
        expected: `whole numbers between ${SMALLEST} and ${LARGEST}`,
        received: `${data[i]} at ${placeOf(i, raster)}, in a ${kind}`,
        remedy: 'renumber the values: ids of this size are no classes',
      });
    }
    values[i] = whole;
  }
  return values;
}

/** "row 3, column 4", and the slice in a volume. */
export function placeOf(pixel: number, { width, height, slices }: Pick<Raster, 'width' | 'height' | 'slices'>): string {
  const row = Math.floor(pixel / width) % height;
  const slice = slices === 1 ? '' : `slice ${Math.floor(pixel / (width * height))}, `;
  return `${slice}row ${row}, column ${pixel % width}`;
}

function countFractions(data: Numbers, tolerance: number): number {
  let count = 0;
  for (const value of data) {
    if (!(Math.abs(Number(value) - Math.round(Number(value))) <= tolerance)) count++;
  }
  return count;
}

import fc from 'fast-check';

/** A form on a picture; places and sizes are shares of its sides. */
export interface Shape {
  readonly form: 'everything' | 'blob' | 'rectangle' | 'line' | 'border' | 'dot' | 'stripes';
  readonly y: number;
  readonly x: number;
  readonly size: number;
  /** Lines and stripes: more across than down. */
  readonly lying: boolean;
  /** Taken modulo the number of values there are. */
  readonly value: number;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Forms that have insides, outlines, corners and ends: a pixel each would hardly ever make one. */
export const shapes: fc.Arbitrary<Shape> = fc.record({
  form: fc.constantFrom<Shape['form'][]>('blob', 'rectangle', 'line', 'border', 'dot', 'stripes', 'everything'),
  y: share,
  x: share,
  size: share,
  lying: fc.boolean(),
  value: fc.nat(1000),
});

/** Whether a shape covers a pixel of a picture. */
export function covers(
  { form, y, x, size, lying }: Shape,
  row: number,
  column: number,
  height: number,
  width: number,
): boolean {
  const [centreY, centreX] = [Math.floor(y * (height - 1) + 0.5), Math.floor(x * (width - 1) + 0.5)];
  const [down, across] = [row - centreY, column - centreX];
  const [reachY, reachX] = [(size * height) / 2, (size * width) / 2];
  switch (form) {
    case 'everything':
      return true;
    case 'blob':
      return (down / (reachY + 0.5)) ** 2 + (across / (reachX + 0.5)) ** 2 <= 1;
    case 'rectangle':
      return Math.abs(down) <= reachY && Math.abs(across) <= reachX;
    case 'line':
      return lying ? down === 0 && Math.abs(across) <= 2 * reachX : across === 0 && Math.abs(down) <= 2 * reachY;
    case 'border':
      return row === 0 || column === 0 || row === height - 1 || column === width - 1;
    case 'dot':
      return down === 0 && across === 0;
    case 'stripes':
      return Math.floor((lying ? row : column) / (1 + Math.floor(3 * size))) % 2 === 0;
  }
}

import { Random } from '@auto-seg-loss/kernel';

const IGNORE = 255;
/** Cells are about as many pixels high and wide. */
const CELL = 64;

/** What a network might predict, and the label, [height, width] each. */
export interface EvaluationImage {
  readonly prediction: Uint8Array;
  readonly label: Uint8Array;
}

/**
 * Cells of random classes: every class lies in every part of the image, which spares an evaluator least. The prediction has
 * the cells' corners somewhat off, and some cells of another class; some cells of the label are ignored.
 */
export function evaluationImage(
  height: number,
  width: number,
  classes: number,
  seed: string = 'evaluation image',
): EvaluationImage {
  const random = Random.fromSeed(seed);
  const rows = Math.ceil(height / CELL);
  const columns = Math.ceil(width / CELL);
  const cells = Array.from({ length: rows * columns }, (_, i) => {
    const y = (Math.floor(i / columns) + random.uniform()) * CELL;
    const x = ((i % columns) + random.uniform()) * CELL;
    const value = random.integer(0, classes - 1);
    return { y, x, value };
  });
  const shifted = cells.map(({ y, x, value }) => ({
    y: y + 2 * random.normal(),
    x: x + 2 * random.normal(),
    value: random.uniform() < 0.1 ? random.integer(0, classes - 1) : value,
  }));
  const labelled = cells.map((cell) => (random.uniform() < 0.05 ? { ...cell, value: IGNORE } : cell));
  const draw = (all: readonly Cell[]) => drawCells(all, { height, width, rows, columns });
  return { prediction: draw(shifted), label: draw(labelled) };
}

interface Cell {
  readonly y: number;
  readonly x: number;
  readonly value: number;
}

interface Layout {
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
}

/** Each pixel takes the value of the nearest centre. */
function drawCells(cells: readonly Cell[], { height, width, rows, columns }: Layout): Uint8Array {
  const map = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = Math.floor(y / CELL);
      const column = Math.floor(x / CELL);
      let nearest = Number.POSITIVE_INFINITY;
      for (let i = Math.max(0, row - 1); i <= Math.min(rows - 1, row + 1); i++) {
        for (let j = Math.max(0, column - 1); j <= Math.min(columns - 1, column + 1); j++) {
          const cell = cells[i * columns + j] as Cell;
          const distance = (cell.y - y) ** 2 + (cell.x - x) ** 2;
          if (distance >= nearest) continue;
          nearest = distance;
          map[y * width + x] = cell.value;
        }
      }
    }
  }
  return map;
}

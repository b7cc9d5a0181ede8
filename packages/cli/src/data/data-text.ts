import type { DataReport } from '@auto-seg-loss/runtime';
import { formatTable } from '../terminal/table.ts';

type SplitReport = DataReport['train'];

/** Shares of pixels and of images by class, for both splits. */
export function classTable({ classes, train, val }: DataReport): string {
  const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`);
  const columns = ({ pixels, imagesWith }: SplitReport, index: number): readonly string[] => [
    share(pixels[index] ?? 0, sum(pixels)),
    String(imagesWith[index] ?? 0),
  ];
  const rows = classes.map((name, index) => [name, ...columns(train, index), ...columns(val, index)]);
  const ignored = ({ pixels, ignored: out }: SplitReport): readonly string[] => [share(out, sum(pixels) + out), ''];
  return formatTable(
    ['', 'train', 'images', 'val', 'images'],
    [...rows, ['ignored, of all pixels', ...ignored(train), ...ignored(val)]],
  );
}

/** Images and their sizes, a line for each split. */
export function sizeLines({ train, val }: DataReport): readonly string[] {
  return (['train', 'val'] as const).map((name) => {
    const { images, sizes } = { train, val }[name];
    const [first, ...more] = sizes;
    if (first === undefined) return `${name}: no image${name === 'val' ? '; asl train and asl compare need some' : ''}`;
    const commonest = `${first.width} × ${first.height}`;
    const others =
      more.length === 0
        ? ''
        : ` (${first.images} of them), and ${more.length} other ${more.length === 1 ? 'size' : 'sizes'}`;
    return `${name}: ${images} ${images === 1 ? 'image' : 'images'}, ${commonest} pixels (width × height)${others}`;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

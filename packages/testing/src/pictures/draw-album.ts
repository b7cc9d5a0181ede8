import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { Album, Picture } from './picture.ts';

/** Classes 0 to 35, then #. */
const SIGNS = '0123456789abcdefghijklmnopqrstuvwxyz';

function sign(value: number): string {
  return value === IGNORE_LABEL ? '·' : (SIGNS[value] ?? '#');
}

/** A class map as text: a sign for each pixel, · where it is ignored. */
export function drawMap(map: Uint8Array, width: number): readonly string[] {
  const rows: string[] = [];
  for (let at = 0; at < map.length; at += width) rows.push(Array.from(map.subarray(at, at + width), sign).join(''));
  return rows;
}

/** Label and prediction side by side. */
export function drawPicture({ label, prediction, height, width }: Picture): string {
  const [left, right] = [drawMap(label, width), drawMap(prediction, width)];
  const column = Math.max(width, 'label'.length);
  const rows = left.map((row, index) => `${row.padEnd(column)}   ${right[index] ?? ''}`);
  return [`${'label'.padEnd(column)}   prediction   (${height}×${width})`, ...rows].join('\n');
}

/** The pictures of an album, one below the other. */
export function drawAlbum({ classes, pictures }: Album): string {
  const ignored = pictures.some(({ label }) => label.includes(IGNORE_LABEL)) ? ', · ignored' : '';
  return [`${classes} ${classes === 1 ? 'class' : 'classes'}${ignored}`, ...pictures.map(drawPicture)].join('\n');
}

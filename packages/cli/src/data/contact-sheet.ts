import { classColors, overlayPng } from '@auto-seg-loss/images';
import { FAINT_INK, FONT_FAMILY, INK, renderPng } from '@auto-seg-loss/report';
import type { DataReport } from '@auto-seg-loss/runtime';

const COLUMNS = 4;
/** Of a tile's picture, in units of the drawing. */
const TILE = 220;
const GAP = 14;
const CAPTION = 18;
const LEGEND_LINE = 20;
const LEGEND_ENTRY = 160;

/** Samples with their labels laid over them, and what the colours mean, as a PNG. Ignored pixels are striped in white. */
export function contactSheet({ examples, classes, colors }: DataReport): Uint8Array {
  const palette = classColors(classes.length, colors);
  const heights = examples.map(({ sample }) => (TILE * sample.height) / sample.width);
  const rows = Array.from({ length: Math.ceil(examples.length / COLUMNS) }, (_, row) =>
    Math.min(2 * TILE, Math.max(...heights.slice(row * COLUMNS, (row + 1) * COLUMNS))),
  );
  const width = COLUMNS * (TILE + GAP) + GAP;
  const perLine = Math.floor((width - 2 * GAP) / LEGEND_ENTRY);
  const legendHeight = Math.ceil((classes.length + 1) / perLine) * LEGEND_LINE + GAP;
  const tops = rows.map(
    (_, row) => legendHeight + GAP + rows.slice(0, row).reduce((sum, h) => sum + h + CAPTION + GAP, 0),
  );
  const height = (tops.at(-1) ?? legendHeight) + (rows.at(-1) ?? 0) + CAPTION + 2 * GAP;
  const tiles = examples.map(({ split, sample }, index) => {
    const [row, column] = [Math.floor(index / COLUMNS), index % COLUMNS];
    const x = GAP + column * (TILE + GAP);
    const y = tops[row] ?? 0;
    const png = Buffer.from(overlayPng(sample, palette)).toString('base64');
    const caption = escapeXml(shorten(`${split}: ${sample.id}`, 38));
    return (
      `<image x="${x}" y="${y}" width="${TILE}" height="${rows[row]}" preserveAspectRatio="xMidYMin" href="data:image/png;base64,${png}"/>` +
      `<text x="${x}" y="${y + (rows[row] ?? 0) + 13}" font-size="10" fill="${FAINT_INK}">${caption}</text>`
    );
  });
  const legend = [
    ...classes.map((name, index) => entry(name, hex(palette[index] ?? [0, 0, 0]))),
    entry('ignored', '#ffffff'),
  ].map((draw, index) => draw(GAP + (index % perLine) * LEGEND_ENTRY, GAP + Math.floor(index / perLine) * LEGEND_LINE));
  return renderPng(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT_FAMILY}">${legend.join('')}${tiles.join('')}</svg>`,
  );
}

function entry(name: string, color: string): (x: number, y: number) => string {
  return (x, y) =>
    `<rect x="${x}" y="${y}" width="12" height="12" fill="${color}" stroke="${INK}" stroke-width="0.5"/>` +
    `<text x="${x + 18}" y="${y + 10}" font-size="11" fill="${INK}">${escapeXml(shorten(name, 24))}</text>`;
}

function hex(color: readonly number[]): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** The end of a long name tells more than its beginning. */
function shorten(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(text.length - length + 1)}`;
}

function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write them.
      .replaceAll(/[\u0000-\u001f]/g, '?')
  );
}

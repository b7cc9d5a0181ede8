// Draws found-losses.svg: the curves found for each metric on CamVid beside the published ones. After `npm run build`:
// node docs/images/draw-found-losses.js
import { readdirSync, writeFileSync } from 'node:fs';
import { publishedLosses } from '@auto-seg-loss/formula';
import { readLossFile } from '@auto-seg-loss/runtime';

const FOLDER = new URL('../examples/found/', import.meta.url);
// Okabe and Ito's colours, as in the reports of searches.
const COLORS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7'];
const [SIDE, GAP, COLUMNS] = [210, 46, 4];

/** Bézier pieces of degree 2 share their end points. */
function path(points, x, y) {
  const at = ([p, g]) => `${(x + p * SIDE).toFixed(2)} ${(y + (1 - g) * SIDE).toFixed(2)}`;
  const pieces = [];
  for (let i = 1; i + 1 < points.length; i += 2) pieces.push(`Q${at(points[i])} ${at(points[i + 1])}`);
  return `M${at(points[0])}${pieces.join('')}`;
}

// The own form of a metric before mIoU's.
const files = readdirSync(FOLDER).sort((a, b) => (a.replace('-as-', '~') < b.replace('-as-', '~') ? -1 : 1));
const panels = await Promise.all(
  files.map(async (file, index) => {
    const { terms, reward } = await readLossFile(new URL(file, FOLDER).pathname);
    const { metric, curves } = terms.find((term) => 'curves' in term);
    const title = reward.metric === metric.use ? metric.use : `${reward.metric} as ${metric.use}`;
    const x = GAP + (index % COLUMNS) * (SIDE + GAP);
    const y = GAP + Math.floor(index / COLUMNS) * (SIDE + 2 * GAP);
    const published = publishedLosses[metric.use]?.curves ?? [];
    const lines = curves.flatMap(({ points }, curve) => {
      const color = COLORS[curve % COLORS.length];
      const known = published[curve];
      return [
        ...(known === undefined
          ? []
          : [`<path d="${path(known, x, y)}" stroke="${color}" stroke-width="1.2" stroke-dasharray="4 4"/>`]),
        `<path d="${path(points, x, y)}" stroke="${color}" stroke-width="2.5"/>`,
      ];
    });
    const names = curves.map(({ name }, curve) => `<tspan fill="${COLORS[curve % COLORS.length]}">${name}</tspan>`);
    return `<text x="${x}" y="${y - 8}" font-size="15" font-weight="600">${title}</text>
<rect x="${x}" y="${y}" width="${SIDE}" height="${SIDE}" stroke="#616e7c"/>
<path d="M${x} ${y + SIDE}L${x + SIDE} ${y}" stroke="#c5ccd3"/>
${lines.join('\n')}
<text x="${x}" y="${y + SIDE + 18}" font-size="12">${names.join(' ')}</text>`;
  }),
);
const rows = Math.ceil(files.length / COLUMNS);
const size = [GAP + COLUMNS * (SIDE + GAP), rows * (SIDE + 2 * GAP) + GAP / 2];
writeFileSync(
  new URL('found-losses.svg', import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" font-family="sans-serif" fill="none">
<title>Curves found for each metric on CamVid (solid) and published for PASCAL VOC (dashed), probability against g</title>
<rect width="100%" height="100%" fill="#fff"/>
<g fill="#1f2933">
${panels.join('\n').replaceAll('<rect ', '<rect fill="none" ').replaceAll('<path ', '<path fill="none" ')}
</g>
</svg>
`,
);

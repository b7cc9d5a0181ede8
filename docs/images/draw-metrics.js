// Draws metrics.svg: one drawn label, typical errors, and what each metric makes of them. After `npm run build`:
// node docs/images/draw-metrics.js
import { writeFileSync } from 'node:fs';
import { ExactEvaluator } from '@auto-seg-loss/formula';
import sharp from 'sharp';

const [H, W, SCALE, IGNORED] = [64, 96, 2, 255];
const [SKY, ROAD, HOUSE, POLE, PERSON] = [0, 1, 2, 3, 4];
const COLORS = [
  [158, 202, 232],
  [96, 98, 112],
  [226, 150, 58],
  [40, 60, 40],
  [200, 50, 80],
];
const METRICS = {
  miou: {},
  fwiou: {},
  macc: {},
  gacc: {},
  dice: {},
  biou: { tolerance: 2 },
  bf1: { tolerance: 2 },
  'boundary-iou': {},
};

const inBox = (x, y, left, top, right, bottom) => x >= left && x < right && y >= top && y < bottom;

/** A house, a pole and a person before the sky, on a road; the car's bonnet below is ignored. */
function labelAt(x, y) {
  if (((x - 48) / 40) ** 2 + ((y - 66) / 10) ** 2 < 1) return IGNORED;
  if (inBox(x, y, 70, 8, 72, 46)) return POLE;
  if (inBox(x, y, 82, 38, 86, 48)) return PERSON;
  if (inBox(x, y, 14, 18, 54, 42) || (y >= 8 && y < 18 && Math.abs(x + 0.5 - 34) < (y - 7) * 2)) return HOUSE;
  return y >= 42 ? ROAD : SKY;
}

/** The class where the label says none. */
const seen = (x, y) => {
  const value = labelAt(Math.min(W - 1, Math.max(0, x)), Math.min(H - 1, Math.max(0, y)));
  return value === IGNORED ? ROAD : value;
};

function nearOutline(x, y, reach) {
  for (let v = -reach; v <= reach; v++)
    for (let u = -reach; u <= reach; u++) if (seen(x + u, y + v) !== seen(x, y)) return true;
  return false;
}

/** What stands behind the pole and the person. */
const behind = (y) => (y >= 42 ? ROAD : SKY);

const GUESSES = {
  'all three pixels to the right': (x, y) => seen(x - 3, y),
  'frayed outlines': (x, y) => seen(x + Math.round(1.6 * Math.sin(2.3 * y)), y + Math.round(1.6 * Math.sin(1.9 * x))),
  'pole missed': (x, y) => (seen(x, y) === POLE ? behind(y) : seen(x, y)),
  'person missed': (x, y) => (seen(x, y) === PERSON ? behind(y) : seen(x, y)),
  'house taken for road': (x, y) => (seen(x, y) === HOUSE ? ROAD : seen(x, y)),
  'right near outlines only': (x, y) => (nearOutline(x, y, 3) ? seen(x, y) : (seen(x, y) + 1) % 5),
};

const mapOf = (f) => Uint8Array.from({ length: H * W }, (_, i) => f(i % W, Math.floor(i / W)));

async function png(map) {
  const data = Buffer.from(Array.from(map).flatMap((value) => COLORS[value] ?? [255, 255, 255]));
  const image = await sharp(data, { raw: { width: W, height: H, channels: 3 } })
    .png({ palette: true })
    .toBuffer();
  return `data:image/png;base64,${image.toString('base64')}`;
}

const metrics = await Promise.all(
  Object.entries(METRICS).map(async ([name, options]) => {
    const { plugin } = await import(`@auto-seg-loss/metric-${name}`);
    return plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' });
  }),
);
const label = mapOf(labelAt);

function valuesOf(prediction) {
  const evaluator = new ExactEvaluator(metrics, COLORS.length);
  evaluator.add(prediction, label, H, W);
  return Object.values(evaluator.result()).map(({ value }) => value);
}

/** White for 1, the darker the less. */
function shade(value) {
  const loss = Math.sqrt(1 - value);
  return `rgb(${[255 - 40 * loss, 255 - 150 * loss, 255 - 190 * loss].map(Math.round).join(',')})`;
}

const [wide, tall, gap, top, line] = [W * SCALE, H * SCALE, 12, 34, 26];
const columns = [['label', label], ...Object.entries(GUESSES).map(([name, guess]) => [name, mapOf(guess)])];
const parts = [];
for (const [index, [name, map]] of columns.entries()) {
  const x = gap + index * (wide + gap);
  parts.push(
    `<text x="${x}" y="${top - 8}">${name}</text>`,
    `<image x="${x}" y="${top}" width="${wide}" height="${tall}" style="image-rendering:pixelated" href="${await png(map)}"/>`,
    `<rect x="${x}" y="${top}" width="${wide}" height="${tall}" fill="none" stroke="#888"/>`,
  );
  const values = index === 0 ? [] : valuesOf(map);
  for (const [row, value] of values.entries()) {
    const y = top + tall + gap + row * line;
    parts.push(
      `<rect x="${x}" y="${y}" width="${wide}" height="${line - 2}" fill="${shade(value)}"/>`,
      `<text x="${x + wide / 2}" y="${y + 17}" text-anchor="middle">${(100 * value).toFixed(1)}</text>`,
    );
  }
}
for (const [row, name] of Object.keys(METRICS).entries()) {
  const y = top + tall + gap + row * line + 17;
  parts.push(`<text x="${gap + wide}" y="${y}" text-anchor="end">${name}</text>`);
}
const size = [gap + columns.length * (wide + gap), top + tall + 2 * gap + metrics.length * line];
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" font-family="sans-serif" font-size="14">
<title>Typical errors, and each metric’s value in percent</title>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
writeFileSync(new URL('metrics.svg', import.meta.url), svg);

// Draws losses.svg: where each loss pulls at a prediction, and how much. After `npm run build`: node docs/images/draw-losses.js
import { writeFileSync } from 'node:fs';
import { openEngine } from '@auto-seg-loss/engine';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';

const [H, W, CLASSES, SCALE] = [48, 64, 3, 3];
const COLORS = [
  [38, 50, 72],
  [226, 150, 58],
  [110, 190, 130],
  [255, 255, 255],
];
const NAMES = ['cross-entropy', 'focal', 'dpce', 'ssim', 'dice', 'jaccard', 'tversky', 'lovasz'];

const inDisc = (x, y, cx, cy, r) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r;

/** A disc and a small one, and a pole; an ignored outline around the large disc. */
function labelAt(x, y) {
  if (x >= 50 && x <= 51 && y >= 6) return 2;
  if (inDisc(x, y, 20, 24, 12.5)) return 1;
  if (inDisc(x, y, 20, 24, 13.6)) return 255;
  if (inDisc(x, y, 40, 39, 3)) return 1;
  return 0;
}

/** The large disc two pixels too far right, the small one missed, the lower pole missed, a blob where nothing is. */
function guessAt(x, y) {
  if (x >= 50 && x <= 51 && y >= 6 && y < 28) return 2;
  if (inDisc(x, y, 22, 24, 12.5)) return 1;
  if (inDisc(x, y, 38, 10, 4)) return 1;
  return 0;
}

/** Surer inside its regions than at their edges. */
function logitsOf(guess) {
  const logits = new Float32Array(H * W * CLASSES);
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) {
          const [cx, cy] = [Math.min(W - 1, Math.max(0, x + dx)), Math.min(H - 1, Math.max(0, y + dy))];
          logits[(y * W + x) * CLASSES + guess(cx, cy)] += 5 / 25;
        }
      }
    }
  }
  return logits;
}

/** From nothing (white) to the most (dark red). */
function heat(share) {
  const s = Math.sqrt(share);
  return [255 - 120 * s ** 3, 255 - 235 * s, 255 - 245 * Math.min(1, 1.3 * s)].map(Math.round);
}

async function png(colorOf) {
  const data = Buffer.from(Array.from({ length: H * W }, (_, i) => colorOf(i)).flat());
  const image = await sharp(data, { raw: { width: W, height: H, channels: 3 } })
    .png({ palette: true })
    .toBuffer();
  return `data:image/png;base64,${image.toString('base64')}`;
}

async function pullOf(name, logits, labels) {
  const { plugin } = await import(`@auto-seg-loss/loss-${name}`);
  const loss = plugin.create(plugin.options.parse({}), { baseDir: '.', cacheDir: '.' });
  const pull = tf.tidy(() => {
    const { grad } = tf.valueAndGrad((z) => loss.value(z, labels))(logits);
    return tf.sum(tf.abs(grad), -1).dataSync();
  });
  const most = pull.reduce((a, b) => Math.max(a, b), 0);
  return pull.map((value) => value / most);
}

await openEngine();
const labels = Int32Array.from({ length: H * W }, (_, i) => labelAt(i % W, Math.floor(i / W)));
const logits = tf.tensor4d(logitsOf(guessAt), [1, H, W, CLASSES]);
const labelTensor = tf.tensor3d(labels, [1, H, W], 'int32');
const panels = [
  ['label', await png((i) => COLORS[Math.min(labels[i], 3)])],
  ['prediction', await png((i) => COLORS[guessAt(i % W, Math.floor(i / W))])],
];
for (const name of NAMES) {
  const pull = await pullOf(name, logits, labelTensor);
  panels.push([name, await png((i) => heat(pull[i]))]);
}

const [wide, tall, gap] = [W * SCALE, H * SCALE, 14];
const columns = 5;
const rows = Math.ceil(panels.length / columns);
const size = [columns * (wide + gap) + gap, rows * (tall + gap + 20) + gap];
const cells = panels.map(([name, image], index) => {
  const [x, y] = [gap + (index % columns) * (wide + gap), gap + 20 + Math.floor(index / columns) * (tall + gap + 20)];
  return `<text x="${x}" y="${y - 6}">${name}</text>
<image x="${x}" y="${y}" width="${wide}" height="${tall}" style="image-rendering:pixelated" href="${image}"/>
<rect x="${x}" y="${y}" width="${wide}" height="${tall}" fill="none" stroke="#888"/>`;
});
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" font-family="sans-serif" font-size="14">
<title>The gradient of each loss at one prediction</title>
<rect width="100%" height="100%" fill="#fff"/>
${cells.join('\n')}
</svg>
`;
writeFileSync(new URL('losses.svg', import.meta.url), svg);

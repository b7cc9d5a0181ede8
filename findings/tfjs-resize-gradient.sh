#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0: the gradient of resizing with half-pixel centres is that of another resizing.
#
# resizeBilinear and resizeNearestNeighbor take halfPixelCenters and honour it on the way forward. Their gradient kernels only
# know alignCorners, so the gradient belongs to the sampling grid without the half pixel. A gradient has to agree with the
# differences of the very function: both functions are linear in the image, so a finite difference is exact here.
# Who is hurt: whoever trains a decoder that enlarges its score maps this way, as TensorFlow 2 and PyTorch do. Nothing fails; the
# network learns from score maps that are shifted by up to half a pixel of the small map.
# Where: ResizeBilinearGrad.ts and ResizeNearestNeighborGrad.ts of tfjs-backend-cpu, in tensorflow/tfjs, read alignCorners alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > check.cjs <<'JS'
const tf = require('@tensorflow/tfjs');
const side = 4;
const shape = [1, side, side, 1];

/** d(sum of weights × resized image) / d(pixel): from tfjs, and from raising one pixel by 1 at a time. */
function gradients(resize, size) {
  const weights = tf.range(1, size * size + 1).reshape([1, size, size, 1]);
  const total = (image) => tf.sum(tf.mul(resize(image, [size, size], false, true), weights));
  const zero = tf.zeros(shape);
  const differences = Array.from({ length: side * side }, (_, pixel) =>
    total(tf.oneHot(tf.scalar(pixel, 'int32'), side * side).reshape(shape).toFloat()).dataSync()[0],
  );
  return { analytic: [...tf.grad(total)(zero).dataSync()], differences };
}

(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  console.log(`@tensorflow/tfjs ${tf.version.tfjs}, backend ${tf.getBackend()}; a 4 × 4 map, its first row of gradients`);
  const off = Object.entries({
    'resizeBilinear to 8 × 8': gradients(tf.image.resizeBilinear, 8),
    'resizeNearestNeighbor to 6 × 6': gradients(tf.image.resizeNearestNeighbor, 6),
  }).map(([name, { analytic, differences }]) => {
    console.log(`${name}, halfPixelCenters`);
    console.log(`  expected, by differences: ${differences.slice(0, side).join('  ')}`);
    console.log(`  came, from tf.grad:       ${analytic.slice(0, side).join('  ')}`);
    return Math.max(...analytic.map((value, i) => Math.abs(value - differences[i])));
  });
  const asDescribed = off.every((difference) => difference > 1);
  console.log(asDescribed ? 'as described: the gradients are of another function' : 'no longer as described');
  process.exitCode = asDescribed ? 0 : 1;
})();
JS
node check.cjs

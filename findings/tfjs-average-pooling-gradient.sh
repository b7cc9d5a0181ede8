#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0: the gradient of average pooling with 'same' padding is too small along the border.
#
# avgPool divides by the number of pixels that a window has inside the image: the average of an image of ones is 1 everywhere. Its
# gradient divides by the full size of the window instead, so windows at the border hand back 2/3 (edges) or 4/9 (corners, 3 × 3)
# of what they took. A gradient has to agree with the differences of the very function, which is linear: differences are exact.
# TensorFlow itself divides by the pixels inside in both directions.
# Who is hurt: networks that smooth or pyramid-pool maps of scores, and losses made of local averages (soft boundaries, SSIM):
# what they learn is weaker at the border of every crop than in its middle.
# Where: tfjs-backend-cpu/src/kernels/AvgPoolGrad.ts in tensorflow/tfjs (avgMultiplier).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > check.cjs <<'JS'
const tf = require('@tensorflow/tfjs');
const shape = [1, 3, 3, 1];
const total = (image) => tf.sum(tf.avgPool(image, 3, 1, 'same'));
const rows = (values) => [0, 3, 6].map((at) => values.slice(at, at + 3).map((value) => value.toFixed(3)).join(' ')).join(' | ');

(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  console.log(`@tensorflow/tfjs ${tf.version.tfjs}, backend ${tf.getBackend()}`);
  const averages = [...tf.avgPool(tf.ones(shape), 3, 1, 'same').dataSync()];
  const expected = Array.from({ length: 9 }, (_, pixel) =>
    total(tf.oneHot(tf.scalar(pixel, 'int32'), 9).reshape(shape).toFloat()).dataSync()[0],
  );
  const came = [...tf.grad(total)(tf.ones(shape)).dataSync()];
  console.log(`averages of 3 × 3 ones:                  ${rows(averages)}`);
  console.log(`gradient expected, by differences:       ${rows(expected)}`);
  console.log(`gradient that came from tf.grad:         ${rows(came)}`);
  const asDescribed = averages.every((value) => value === 1) && expected.some((value, i) => Math.abs(value - came[i]) > 0.1);
  console.log(asDescribed ? 'as described: forward and backward divide by different numbers' : 'no longer as described');
  process.exitCode = asDescribed ? 0 : 1;
})();
JS
node check.cjs

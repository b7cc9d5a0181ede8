#!/usr/bin/env bash
# @tensorflow/tfjs-core and -backend-wasm 4.22.0: sums and means of an image are off by percents.
#
# On WebAssembly, sum and mean add float32 numbers one by one to a single float32. Each addition rounds to what a float holds
# beside a total that grows, always the same way for equal numbers, until at 2^24 adding 1 changes nothing. Expected is what
# numpy, TensorFlow (both add in pairs or blocks) and tfjs's own CPU backend (which adds in doubles) give: 6 right digits or so.
# Who is hurt: mean losses, counts of pixels, and soft Dice or IoU, which are ratios of such sums: a mean over 1024 × 1024 equal
# probabilities is off by 1 percent, over 2048 × 2048 by almost 4, more than what separates two losses in a comparison.
# Where: tfjs-backend-wasm/src/cc/kernels/Sum.cc and Mean.cc in tensorflow/tfjs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 \
  @tensorflow/tfjs-backend-wasm@4.22.0
cat > check.cjs <<'JS'
const tf = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');
const wasm = require('@tensorflow/tfjs-backend-wasm');
const { dirname, sep } = require('node:path');

async function tried(backend) {
  await tf.setBackend(backend);
  const mean = (side) => tf.tidy(() => tf.mean(tf.fill([side, side], 0.9)).dataSync()[0]);
  return {
    'mean of 1024 × 1024 times 0.9': mean(1024),
    'mean of 2048 × 2048 times 0.9': mean(2048),
    'sum of 17 × 1024 × 1024 ones': tf.tidy(() => tf.sum(tf.ones([17, 1024, 1024])).dataSync()[0]),
  };
}

(async () => {
  tf.enableProdMode();
  wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  console.log(`@tensorflow/tfjs-backend-wasm ${wasm.version_wasm}`);
  const expected = await tried('cpu');
  const came = await tried('wasm');
  const off = Object.entries(expected).map(([name, value]) => {
    const percent = 100 * Math.abs(came[name] / value - 1);
    console.log(`${name}: expected ${value}, came ${came[name]}, off by ${percent.toFixed(2)} %`);
    return percent;
  });
  const asDescribed = off.every((percent) => percent > 0.5);
  console.log(asDescribed ? 'as described: one float32 holds the whole sum' : 'no longer as described');
  process.exitCode = asDescribed ? 0 : 1;
})();
JS
node check.cjs

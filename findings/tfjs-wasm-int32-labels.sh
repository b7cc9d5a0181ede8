#!/usr/bin/env bash
# @tensorflow/tfjs-core and -backend-wasm 4.22.0: some operations on label maps (int32) read the integers' bits as floats.
#
# On WebAssembly, stridedSlice makes its result a float32 tensor while the bytes in it are those of integers, so that every label
# below 2^23 reads as a denormal that is next to 0; clipByValue compares the bits of integers as though they were floats, so that
# nothing is ever above the limit. Neither raises an error. The CPU backend, which is the reference here, does both as documented:
# "Extracts a strided slice of a tensor", "Clips values element-wise".
# Who is hurt: label maps thinned with strides, to score them at a smaller size, turn into the background, and an ignore label
# of 255 that is clipped to the last class stays 255.
# Where: tfjs-backend-wasm/src/kernels/StridedSlice.ts (makeOutput with 'float32') and ClipByValue.ts in tensorflow/tfjs.
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
  const labels = tf.tensor2d([[4, 4, 9, 9], [4, 4, 9, 9], [7, 7, 255, 255], [7, 7, 255, 255]], [4, 4], 'int32');
  const thinned = tf.stridedSlice(labels, [0, 0], [4, 4], [2, 2]);
  const clipped = tf.clipByValue(labels, 0, 8);
  const numbers = [...thinned.dataSync()].map((value) => Number(value.toPrecision(3)));
  return { thinned: `${numbers.join(' ')} (${thinned.dtype})`, clipped: clipped.dataSync().join(' ') };
}

(async () => {
  tf.enableProdMode();
  wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  console.log(`@tensorflow/tfjs-backend-wasm ${wasm.version_wasm}; a 4 × 4 label map of 4, 9, 7 and 255`);
  const expected = await tried('cpu');
  const came = await tried('wasm');
  console.log(`every second row and column, expected: ${expected.thinned}`);
  console.log(`every second row and column, came:     ${came.thinned}`);
  console.log(`clipped to 0…8, expected: ${expected.clipped}`);
  console.log(`clipped to 0…8, came:     ${came.clipped}`);
  const asDescribed =
    expected.thinned === '4 9 7 255 (int32)' && came.thinned.endsWith('(float32)') && came.clipped.includes('255');
  console.log(asDescribed ? 'as described: integers were read as floats' : 'no longer as described');
  process.exitCode = asDescribed ? 0 : 1;
})();
JS
node check.cjs

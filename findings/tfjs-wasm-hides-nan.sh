#!/usr/bin/env bash
# @tensorflow/tfjs-core and -backend-wasm 4.22.0: operations that compare make numbers of NaN.
#
# On WebAssembly, maximum and minimum give their first operand where the second is NaN; relu6 makes 0 of NaN, and clipByValue the
# lower limit. TensorFlow, numpy and tfjs's own CPU backend, which is the reference here, give NaN.
# Who is hurt: a training that diverged goes on as if nothing had happened: a ReLU6, as in MobileNet, hides what broke in the layers
# before it, and a loss that clips probabilities away from 0 and 1 is finite for a network whose every output is NaN.
# Where: the kernels Maximum, Minimum, Relu6 and ClipByValue of tfjs-backend-wasm in tensorflow/tfjs.
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
  const nan = tf.tensor1d([NaN]);
  const one = tf.tensor1d([1]);
  const results = {
    'maximum(1, NaN)': tf.maximum(one, nan),
    'minimum(1, NaN)': tf.minimum(one, nan),
    'relu6(NaN)': tf.relu6(nan),
    'clipByValue(NaN, 0, 1)': tf.clipByValue(nan, 0, 1),
  };
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.dataSync()[0]]));
}

(async () => {
  tf.enableProdMode();
  wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  console.log(`@tensorflow/tfjs-backend-wasm ${wasm.version_wasm}`);
  const expected = await tried('cpu');
  const came = await tried('wasm');
  for (const [name, value] of Object.entries(expected)) console.log(`${name}: expected ${value}, came ${came[name]}`);
  const asDescribed =
    Object.values(expected).every(Number.isNaN) && !Object.values(came).some(Number.isNaN);
  console.log(asDescribed ? 'as described: NaN became a number' : 'no longer as described');
  process.exitCode = asDescribed ? 0 : 1;
})();
JS
node check.cjs

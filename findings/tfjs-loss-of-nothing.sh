#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0: a loss whose weights are all 0 is NaN, and so is its gradient.
#
# tf.losses.* divide by the number of weights that are not 0 (Reduction.SUM_BY_NONZERO_WEIGHTS) and so compute 0 / 0 where there
# are none. TensorFlow's function of that name, of which these are a port, divides safely and returns 0, with a gradient of 0; so
# does Keras for a batch of which ignore_class leaves nothing.
# Who is hurt: whoever ignores pixels by a weight of 0, the way to do it with these functions. One crop that holds only ignored
# pixels, such as the black border of a photograph, makes every weight of the network NaN in a single step.
# Where: tfjs-core/src/ops/compute_weighted_loss.ts in tensorflow/tfjs; _safe_mean in losses_impl.py of TensorFlow.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > check.cjs <<'JS'
const tf = require('@tensorflow/tfjs');

(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  console.log(`@tensorflow/tfjs ${tf.version.tfjs}: two pixels, two classes`);
  const labels = tf.tensor2d([[1, 0], [0, 1]]);
  const logits = tf.tensor2d([[2, 0], [0, 1]]);
  const tried = (weights) => {
    const loss = (x) => tf.losses.softmaxCrossEntropy(labels, x, tf.tensor1d(weights));
    const [value, gradient] = [loss(logits), tf.grad(loss)(logits)].map((tensor) => [...tensor.dataSync()]);
    return { loss: value[0], gradient: gradient.map((number) => Number(number.toFixed(3))) };
  };
  const print = (name, { loss, gradient }) => console.log(`${name}: loss ${loss}, gradient ${gradient.join(' ')}`);
  const half = tried([1, 0]);
  const none = tried([0, 0]);
  print('one pixel ignored, came           ', half);
  print('both pixels ignored, expected     ', { loss: 0, gradient: [0, 0, 0, 0] });
  print('both pixels ignored, came         ', none);
  const asDescribed = Number.isFinite(half.loss) && Number.isNaN(none.loss) && none.gradient.every(Number.isNaN);
  console.log(asDescribed ? 'as described: 0 / 0' : 'no longer as described');
  process.exitCode = asDescribed ? 0 : 1;
})();
JS
node check.cjs

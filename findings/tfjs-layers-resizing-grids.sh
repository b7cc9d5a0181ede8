#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0: its layers that resize sample on other grids than the Keras layers of the same name.
#
# Keras enlarges with half-pixel centres: UpSampling2D(interpolation='bilinear') and Resizing both turn 0 1 2 3 into
# 0 0.25 0.75 1.25 1.75 2.25 2.75 3, symmetrical from either end (keras 3.15.1 gives just that). tfjs's upSampling2d samples from
# the corner, and its resizing hands the negation of cropToAspectRatio to tf.image.resizeBilinear where that takes alignCorners:
# it stretches from corner to corner, and asking for a crop changes the grid while nothing is cropped.
# Who is hurt: users of segmentation networks converted from Keras. Shapes and weights fit; masks come out shifted by up to half
# an input pixel of each layer, which boundary metrics punish.
# Where: tfjs-layers/src/layers/convolutional.ts and layers/preprocessing/image_resizing.ts in tensorflow/tfjs.
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
  console.log(`@tensorflow/tfjs ${tf.version.tfjs}: 0 1 2 3 enlarged to 8 columns`);
  const x = tf.tensor4d([0, 1, 2, 3], [1, 1, 4, 1]);
  const text = (tensor) => [...tensor.dataSync()].map((value) => Number(value.toFixed(2))).join(' ');
  const resizing = (cropToAspectRatio) => tf.layers.resizing({ height: 1, width: 8, cropToAspectRatio }).apply(x);
  const expected = '0 0.25 0.75 1.25 1.75 2.25 2.75 3';
  const came = {
    'upSampling2d, bilinear': text(tf.layers.upSampling2d({ size: [1, 2], interpolation: 'bilinear' }).apply(x)),
    'resizing, cropToAspectRatio: false': text(resizing(false)),
    'resizing, cropToAspectRatio: true': text(resizing(true)),
  };
  console.log(`expected of layers:                 ${expected}`);
  console.log(`tf.image with half-pixel centres:   ${text(tf.image.resizeBilinear(x, [1, 8], false, true))}`);
  for (const [name, values] of Object.entries(came)) console.log(`${name.padEnd(35)} ${values}`);
  const asDescribed = Object.values(came).every((values) => values !== expected) && new Set(Object.values(came)).size === 2;
  console.log(asDescribed ? 'as described: no layer samples where Keras does' : 'no longer as described');
  process.exitCode = asDescribed ? 0 : 1;
})();
JS
node check.cjs

#!/usr/bin/env bash
# sharp 0.35.5: dilate() shrinks the white object of a mask, and erode() grows it.
#
# Its documentation says that dilate expands foreground objects and that erode shrinks them. What it takes for foreground is the
# dark: dilate is a minimum over the window and erode a maximum. Everywhere else foreground is what is not 0: in libvips' own
# dilate, which sharp is built upon, in OpenCV, scipy.ndimage and scikit-image, where dilation is the maximum. sharp's own
# threshold() makes masks of that kind, white where the image is bright.
# Who is hurt: whoever grows a mask by a few pixels to make a band of ignored pixels around objects, or a tolerance for a boundary
# metric. Thin objects, such as poles or vessels, vanish from the labels.
# Where: the documentation of dilate and erode in lib/operation.js of lovell/sharp.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund sharp@0.35.5
cat > check.cjs <<'JS'
const sharp = require('sharp');
const side = 12;

/** A mask with a white square of 4 × 4 and a white line, one pixel wide, below it. */
const mask = Uint8Array.from({ length: side * side }, (_, i) => {
  const [row, column] = [Math.floor(i / side), i % side];
  return (row >= 2 && row < 6 && column >= 4 && column < 8) || row === 9 ? 255 : 0;
});

async function whiteAfter(operation) {
  const image = sharp(mask, { raw: { width: side, height: side, channels: 1 } });
  const { data, info } = await operation(image).raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: side * side }, (_, i) => data[i * info.channels]).filter((value) => value === 255).length;
}

(async () => {
  const versions = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;
  const before = await whiteAfter((image) => image);
  const dilated = await whiteAfter((image) => image.dilate(1));
  const eroded = await whiteAfter((image) => image.erode(1));
  console.log(`${versions}: a white square of 16 pixels and a white line of 12 on black, ${before} white pixels`);
  console.log(`dilate(1): expected 36 + 36 = 72 white pixels, came ${dilated}`);
  console.log(`erode(1):  expected 4 + 0 = 4 white pixels, came ${eroded}`);
  const asDescribed = before === 28 && dilated === 4 && eroded === 72;
  console.log(asDescribed ? 'as described: the two are exchanged for white on black' : 'no longer as described');
  process.exitCode = asDescribed ? 0 : 1;
})();
JS
node check.cjs

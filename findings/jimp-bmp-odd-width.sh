#!/usr/bin/env bash
# jimp 1.6.1 (bmp-ts 1.0.9): of a 16-colour BMP with an odd width only the bottom row is read.
#
# BMP stores two 4-bit pixels in a byte and pads each row to 4 bytes; the last byte of a row of odd width holds one pixel. The
# reader stops there: the first row in the file, which is the bottom one, comes back, and all rows above it hold colour 0. Nothing
# is raised. Expected is what every other depth gives, and what even widths give: the picture.
# Who is hurt: label maps of up to 16 classes kept as BMP, for which 4 bits are the depth that fits. What comes back still looks
# like labels: all background, with a strip of classes at the bottom.
# Where: bit4 in src/decoder.ts of hipstersmoothie/bmp-ts; the format is the DeviceIndependentBitmap Object of [MS-WMF].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund jimp@1.6.1 bmp-ts@1.0.9
cat > check.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Jimp } from 'jimp';

const height = 3;
const labelsOf = (width) => Array.from({ length: width * height }, (_, i) => 1 + (i % 15));

/** A BMP with a grey palette whose colour i is i. */
function makeBmp(width, bits) {
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  const colours = 2 ** bits;
  const start = 54 + 4 * colours;
  const file = Buffer.alloc(start + rowBytes * height);
  file.write('BM');
  const fields = { 2: file.length, 10: start, 14: 40, 18: width, 22: height, 34: rowBytes * height, 46: colours };
  for (const [at, value] of Object.entries(fields)) file.writeUInt32LE(value, Number(at));
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  for (let i = 0; i < colours; i++) file.fill(i, 54 + 4 * i, 54 + 4 * i + 3);
  labelsOf(width).forEach((label, i) => {
    const [row, bit] = [height - 1 - Math.floor(i / width), (i % width) * bits];
    file[start + row * rowBytes + (bit >> 3)] |= label << (8 - bits - (bit & 7));
  });
  return file;
}

async function read(width, bits) {
  const { bitmap } = await Jimp.read(makeBmp(width, bits));
  const values = labelsOf(width).map((_, i) => bitmap.data[4 * i]);
  return Array.from({ length: height }, (_, row) => values.slice(row * width, (row + 1) * width).join(' ')).join(' | ');
}

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
console.log(`jimp ${version('jimp')}, bmp-ts ${version('bmp-ts')}`);
const expected = await read(5, 8);
const came = await read(5, 4);
const even = (await read(4, 4)) === (await read(4, 8));
console.log(`5 × 3, 8 bits:           ${expected}\n5 × 3, 4 bits, expected: ${expected}\n5 × 3, 4 bits, came:     ${came}`);
console.log(`4 × 3: both depths give ${even ? 'the same' : 'different pictures'}`);
const rows = came.split(' | ');
const asDescribed = even && rows[2] === expected.split(' | ')[2] && rows.slice(0, 2).every((row) => row === '0 0 0 0 0');
console.log(asDescribed ? 'as described: rows above the bottom one are lost' : 'no longer as described');
process.exitCode = asDescribed ? 0 : 1;
JS
node check.mjs

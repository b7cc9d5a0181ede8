#!/usr/bin/env bash
# geotiff 3.0.5: 16-bit samples of a big-endian TIFF with horizontal differences come back wrong.
#
# TIFF 6.0 (section 14) defines predictor 2 on the samples: each is stored as its difference from its left neighbour. geotiff adds
# the differences up as the machine's own numbers, little-endian, while those in the file are big-endian: carries go to the wrong
# byte, and every row is wrong from the first carry on. Files in little-endian order or without differences are read right, so a
# test with one's own files finds nothing. Expected is what libtiff reads (through sharp).
# Who is hurt: label maps of more than 256 instances, and 16-bit images, that come from software which writes big-endian.
# Where: src/predictor.js of geotiffjs/geotiff.js; pull requests 543 and 550 there propose to correct it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund geotiff@3.0.5 sharp@0.35.5
cat > check.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { fromArrayBuffer } from 'geotiff';
import sharp from 'sharp';

const labels = [250, 255, 256, 300, 511, 512, 1000, 7];

/** A TIFF of one row of 16-bit samples, deflated, with predictor 2. */
function makeTiff(littleEndian) {
  const tags = [[256, labels.length], [257, 1], [258, 16], [259, 8], [262, 1], [273, 0], [277, 1], [278, 1], [279, 0], [317, 2]];
  const row = new DataView(new ArrayBuffer(2 * labels.length));
  labels.forEach((label, x) => row.setUint16(2 * x, label - (labels[x - 1] ?? 0), littleEndian));
  const strip = deflateSync(new Uint8Array(row.buffer));
  const start = 8 + 2 + 12 * tags.length + 4;
  const file = new DataView(new ArrayBuffer(start + strip.length));
  file.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  file.setUint16(2, 42, littleEndian);
  file.setUint32(4, 8, littleEndian);
  file.setUint16(8, tags.length, littleEndian);
  tags.forEach(([tag, value], i) => {
    const at = 10 + 12 * i;
    file.setUint16(at, tag, littleEndian);
    file.setUint16(at + 2, 4, littleEndian); // LONG
    file.setUint32(at + 4, 1, littleEndian);
    file.setUint32(at + 8, tag === 273 ? start : tag === 279 ? strip.length : value, littleEndian);
  });
  new Uint8Array(file.buffer).set(strip, start);
  return file.buffer;
}

const version = JSON.parse(readFileSync('node_modules/geotiff/package.json', 'utf8')).version;
console.log(`geotiff ${version}: a row of 16-bit labels with predictor 2\nexpected                ${labels.join(' ')}`);
const came = {};
for (const [order, littleEndian] of [['little-endian', true], ['big-endian', false]]) {
  const file = makeTiff(littleEndian);
  const samples = await sharp(Buffer.from(file)).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
  const libtiff = [...new Uint16Array(samples.buffer, samples.byteOffset, labels.length)].join(' ');
  const image = await (await fromArrayBuffer(file)).getImage();
  came[order] = { libtiff, geotiff: [...(await image.readRasters({ interleave: true }))].join(' ') };
  for (const [reader, values] of Object.entries(came[order])) console.log(`${`${order}, ${reader}`.padEnd(23)} ${values}`);
}
const right = ({ libtiff, geotiff }) => [libtiff, geotiff].map((values) => values === labels.join(' ')).join();
const asDescribed = right(came['little-endian']) === 'true,true' && right(came['big-endian']) === 'true,false';
console.log(asDescribed ? 'as described: carries go to the wrong byte' : 'no longer as described');
process.exitCode = asDescribed ? 0 : 1;
JS
node check.mjs

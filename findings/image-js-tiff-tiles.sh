#!/usr/bin/env bash
# tiff 7.1.3 (the decoder behind image-js): tiles of more than one channel, or with differences, come back with wrong pixels.
#
# TIFF 6.0 (sections 14 and 15) lets tiles hold all samples of a pixel, and makes differences start anew in each row of a tile.
# The decoder reads one sample where a tile holds three, so that green and blue stay 0 and red is what the wrong pixel had; and it
# sums up differences across whole rows of the image, from one tile into the next. Strips, files without tiles, are read right.
# Nothing is raised. Expected is what libtiff reads (through sharp), which is also what was written.
# Who is hurt: aerial and histology data sets, which come as tiles: labels beyond the first column of tiles turn into other
# classes, images into red noise.
# Where: readTileData and applyPredictor in src/tiff_decoder.ts of image-js/tiff.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund tiff@7.1.3 sharp@0.35.5
cat > check.mjs <<'JS'
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { decode } from 'tiff';

const [width, height] = [40, 32];
const pixels = (channels) => Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7 + (i >> 5)) % 20);

/** The part of samples that each reader gives back as they were written. */
async function tried(channels, layout) {
  const written = pixels(channels);
  const file = await sharp(written, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .tiff({ compression: 'deflate', tileWidth: 16, tileHeight: 16, ...layout })
    .toBuffer();
  const libtiff = await sharp(file).toColourspace(channels === 1 ? 'b-w' : 'srgb').raw().toBuffer();
  const right = (read) => Math.round((100 * written.filter((value, i) => value === read[i]).length) / written.length);
  return { libtiff: right(libtiff), tiff: right(decode(file)[0].data) };
}

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
console.log(`tiff ${version('tiff')}, ${width} × ${height} pixels by sharp ${version('sharp')}; right samples in percent`);
const results = {
  'labels, strips, differences': await tried(1, { predictor: 'horizontal' }),
  'labels, tiles, plain': await tried(1, { tile: true, predictor: 'none' }),
  'labels, tiles, differences': await tried(1, { tile: true, predictor: 'horizontal' }),
  'RGB, tiles, plain': await tried(3, { tile: true, predictor: 'none' }),
};
for (const [name, { libtiff, tiff }] of Object.entries(results))
  console.log(`${name.padEnd(28)} expected 100, libtiff ${libtiff}, tiff ${tiff}`);
const readers = Object.values(results);
const asDescribed =
  readers.every(({ libtiff }) => libtiff === 100) && readers.map(({ tiff }) => tiff === 100).join() === 'true,true,false,false';
console.log(asDescribed ? 'as described: tiles are read as though they were strips of grey' : 'no longer as described');
process.exitCode = asDescribed ? 0 : 1;
JS
node check.mjs

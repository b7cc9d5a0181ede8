import { crc32 } from 'node:zlib';
import { BrokenFile, CutShort } from './unusable.ts';

const SIGNATURE_LENGTH = 8;

/** What a PNG's first chunk says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly interlaced: boolean;
}

export interface PngChunks {
  readonly header: PngHeader;
  /** The compressed pixels, as they lie one after another in the file. */
  readonly pixels: readonly Uint8Array[];
  /** Red, green, blue of each index, [n, 3], of a palette PNG. */
  readonly palette: Uint8Array | undefined;
  readonly animated: boolean;
}

const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Walks a PNG's chunks. @throws BrokenFile where one does not match its sum, or is missing. */
export function readPngChunks(bytes: Uint8Array): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixels: Uint8Array[] = [];
  let header: PngHeader | undefined;
  let animated = false;
  let palette: Uint8Array | undefined;
  for (let at = SIGNATURE_LENGTH; ; ) {
    if (at + 12 > bytes.length) throw new CutShort();
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new CutShort();
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
      throw new BrokenFile(`its chunk ${JSON.stringify(type)} at byte ${at} does not match its checksum`);
    const content = bytes.subarray(at + 8, end);
    if (type === 'IHDR') header = readHeader(content);
    else if (header === undefined) throw new BrokenFile('it does not begin with a header');
    else if (type === 'IDAT') pixels.push(content);
    else if (type === 'PLTE' && header.colourType === 3) palette = content;
    else if (type === 'acTL') animated = true;
    else if (type === 'IEND') return { header, pixels, palette, animated };
    at = end + 4;
  }
}

function readHeader(content: Uint8Array): PngHeader {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (content.length !== 13) throw new BrokenFile('its header has another length');
  const [depth, colourType, compression, filter, interlace] = content.subarray(8) as unknown as readonly number[];
  if (!(DEPTHS[colourType as number] ?? []).includes(depth as number))
    throw new BrokenFile(`its header says colour type ${colourType} of ${depth} bits, which no PNG has`);
  if (compression !== 0 || filter !== 0 || (interlace as number) > 1)
    throw new BrokenFile('its header names a compression, filter or interlacing that no PNG has');
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: depth as PngHeader['depth'],
    colourType: colourType as PngHeader['colourType'],
    interlaced: interlace === 1,
  };
}

import { isNifti } from './read-nifti.ts';

export type FileKind =
  | 'PNG'
  | 'GIF'
  | 'TIFF'
  | 'BMP'
  | 'JPEG'
  | 'WebP'
  | 'AVIF'
  | '.npy'
  | '.npz'
  | 'NIfTI'
  | { readonly none: string; readonly remedy: string };

const TEXTS: readonly (readonly [pattern: RegExp, none: string, remedy: string])[] = [
  [/^version https:\/\/git-lfs/, 'a pointer to a file that Git LFS keeps', 'fetch it: git lfs pull'],
  [/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg\b/is, 'an SVG drawing', 'export it as a PNG'],
  [
    /^<(!doctype html|html|head|body)\b/i,
    'a web page',
    'download the file itself: this is what a server sent in its place',
  ],
  [/^<\?xml/, 'an XML file', 'export the picture as a PNG'],
  [
    /^[{[]/,
    'a JSON file',
    'draw its polygons or runs into a PNG first, with the tool that made it (labelme_export_json, pycocotools annToMask)',
  ],
];

/** What a file is by its first bytes: its ending may say anything. */
export function fileKind(bytes: Uint8Array): FileKind {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2048)).toString('latin1');
  if (bytes.length === 0) return { none: 'an empty file', remedy: 'copy it again from the source' };
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'PNG';
  if (/^GIF8[79]a/.test(text)) return 'GIF';
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return 'TIFF';
  if (text.startsWith('BM')) return 'BMP';
  if (text.startsWith('\xff\xd8\xff')) return 'JPEG';
  if (/^RIFF.{4}WEBP/s.test(text)) return 'WebP';
  if (/^.{4}ftyp.{0,40}avi[fs]/s.test(text)) return 'AVIF';
  if (text.startsWith('\x93NUMPY')) return '.npy';
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return '.npz';
  if (text.startsWith('\x1f\x8b')) {
    if (isNifti(bytes)) return 'NIfTI';
    return { none: 'a gzip file that holds no NIfTI volume', remedy: 'unpack it first' };
  }
  if (isNifti(bytes)) return 'NIfTI';
  if (text.startsWith('%PDF')) return { none: 'a PDF document', remedy: 'export the picture as a PNG' };
  if (text.startsWith('\x89PNG')) {
    return {
      none: 'a PNG whose first bytes were changed',
      remedy: 'copy it again, as binary: its line ends were converted',
    };
  }
  if (/^\x89HDF|^MATLAB/.test(text)) {
    return { none: 'an HDF5 or MATLAB file', remedy: 'save the array that is meant with numpy.save' };
  }
  // A byte order mark may stand before a text.
  const trimmed = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  const [, none, remedy] = TEXTS.find(([pattern]) => pattern.test(trimmed)) ?? [];
  if (none !== undefined && remedy !== undefined) return { none, remedy };
  return {
    none: 'no picture or array that is known',
    remedy: 'look at what the file is: its name may promise something else',
  };
}

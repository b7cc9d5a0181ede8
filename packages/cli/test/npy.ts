import { readFile, writeFile } from 'node:fs/promises';

type Data = Float32Array | Int32Array | Uint8Array;

/** Writes numpy's format, version 1.0, row-major. */
export async function writeNpy(path: string, data: Data, shape: readonly number[]): Promise<void> {
  const type = data instanceof Float32Array ? '<f4' : data instanceof Int32Array ? '<i4' : '|u1';
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.map((side) => `${side},`).join(' ')}), }`;
  const header = `${dictionary.padEnd(Math.ceil((dictionary.length + 11) / 64) * 64 - 11)}\n`;
  const magic = Buffer.from([
    0x93,
    ...Buffer.from('NUMPY'),
    1,
    0,
    header.length % 256,
    Math.floor(header.length / 256),
  ]);
  await writeFile(
    path,
    Buffer.concat([magic, Buffer.from(header), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]),
  );
}

/** Reads a float32 array in numpy's format. */
export async function readFloats(
  path: string,
): Promise<{ readonly shape: readonly number[]; readonly data: Float32Array }> {
  const bytes = await readFile(path);
  const end = 10 + bytes.readUInt16LE(8);
  const header = bytes.subarray(10, end).toString();
  if (!header.includes("'<f4'") || !header.includes('False')) throw new Error(`not row-major float32: ${header}`);
  const shape =
    /\(([^)]*)\)/
      .exec(header)?.[1]
      ?.split(',')
      .filter((side) => side.trim() !== '')
      .map(Number) ?? [];
  return { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(end)).buffer) };
}

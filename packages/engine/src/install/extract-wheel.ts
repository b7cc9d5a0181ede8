import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AslError } from '@auto-seg-loss/kernel';
import { type Entry, openPromise } from 'yauzl';
import type { InstalledFile } from './engine-manifest.ts';
import type { ReportProgress } from './install-progress.ts';

/**
 * Unpacks the wanted files of a wheel, streaming: the library alone has 0.8 GB.
 * @param keep beginnings of the paths that are wanted; each must match a file.
 * @returns what was written, with the hashes of it.
 * @throws AslError ASL_ENGINE_INSTALL.
 */
export async function extractWheel(
  path: string,
  keep: readonly string[],
  folder: string,
  report: ReportProgress,
): Promise<InstalledFile[]> {
  const files: InstalledFile[] = [];
  const archive = await openPromise(path, { autoClose: false });
  try {
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) {
      if (!entry.fileName.endsWith('/') && keep.some((prefix) => entry.fileName.startsWith(prefix)))
        entries.push(entry);
    }
    const missing = keep.find((prefix) => !entries.some((entry) => entry.fileName.startsWith(prefix)));
    if (missing !== undefined) {
      throw new AslError('ASL_ENGINE_INSTALL', 'the wheel does not hold what it should', {
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

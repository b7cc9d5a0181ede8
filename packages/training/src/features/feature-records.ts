import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

/** Lists of numbers of equal length, by their place. */
export interface FeatureRecords {
  write(place: number, record: Float32Array): void;
  /** @param into of a record's length. */
  read(place: number, into: Float32Array): void;
  dispose(): void;
}

/** @param length of each, in numbers. */
export function recordsInMemory(count: number, length: number): FeatureRecords {
  let all: Float32Array | undefined = new Float32Array(count * length);
  const view = (place: number): Float32Array | undefined => all?.subarray(place * length, (place + 1) * length);
  return {
    write: (place, record) => void view(place)?.set(record),
    read: (place, into) => void into.set(view(place) ?? []),
    dispose: () => {
      all = undefined;
    },
  };
}

/**
 * Records in a file without a name in the folder for temporary files (TMPDIR): it goes with the process, however that ends.
 * @param length of each, in numbers. @throws AslError ASL_RUN_FOLDER where the disk takes no more.
 */
export function recordsOnDisk(length: number): FeatureRecords {
  const folder = mkdtempSync(join(tmpdir(), 'asl-features-'));
  const file = openSync(join(folder, 'features'), 'w+');
  rmSync(folder, { recursive: true });
  const bytes = 4 * length;
  const bytesOf = ({ buffer, byteOffset }: Float32Array): Uint8Array => new Uint8Array(buffer, byteOffset, bytes);
  return {
    write: (place, record) => {
      try {
        for (let done = 0; done < bytes; ) {
          done += writeSync(file, bytesOf(record), done, bytes - done, place * bytes + done);
        }
      } catch (cause) {
        throw new AslError('ASL_RUN_FOLDER', 'the kept features could not be written', {
          where: tmpdir(),
          cause,
          received: cause instanceof Error ? cause.message : String(cause),
          remedy: 'make room there, name another folder in the environment variable TMPDIR, or keep fewer views',
        });
      }
    },
    read: (place, into) => {
      for (let done = 0; done < bytes; ) {
        const more = readSync(file, bytesOf(into), done, bytes - done, place * bytes + done);
        if (more === 0) throw new Error(`record ${place} was not written`);
        done += more;
      }
    },
    dispose: () => closeSync(file),
  };
}

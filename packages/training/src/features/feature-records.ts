import { closeSync, mkdtempSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

/** Lists of numbers of equal length, by their place. */
export interface FeatureRecords {
  write(place: number, record: Float32Array): void;
  /** @param into of a record's length. */
  read(place: number, into: Float32Array): void;
  dispose(): void;
}

/** The most bytes that are kept in memory. */
const MOST_IN_MEMORY = 4 * 2 ** 30;

/**
 * @param length of each, in numbers. @param room bytes that are free where they are kept.
 * @throws AslError ASL_CONFIG_INVALID where they would take more memory than 4 GiB, or more room than there is.
 */
export function recordsFor(
  keep: 'memory' | 'disk',
  count: number,
  length: number,
  room: number = keep === 'disk' ? freeOnDisk() : freemem(),
): FeatureRecords {
  const bytes = 4 * count * length;
  const most = keep === 'disk' ? room : Math.min(MOST_IN_MEMORY, room);
  if (bytes <= most) return keep === 'disk' ? recordsOnDisk(length) : recordsInMemory(count, length);
  const gibibytes = (value: number): string => `${(value / 2 ** 30).toFixed(1)} GiB`;
  const limit = most === room ? `, which are free${keep === 'disk' ? ` in ${tmpdir()}` : ''}` : '';
  throw new AslError(
    'ASL_CONFIG_INVALID',
    `the features do not fit ${keep === 'disk' ? 'onto the disk' : 'into memory'}`,
    {
      where: 'proxy.keptFeatures',
      expected: `at most ${gibibytes(most)}${limit}`,
      received: `${gibibytes(bytes)}: ${count} views of ${((4 * length) / 2 ** 20).toFixed(2)} MiB`,
      remedy:
        keep === 'disk'
          ? 'make room there, name another folder in the environment variable TMPDIR, keep fewer views, or train at a smaller size'
          : 'keep them on disk (proxy.keptFeatures.keep: "disk"), or keep fewer views, or train at a smaller size',
    },
  );
}

function freeOnDisk(): number {
  const { bavail, bsize } = statfsSync(tmpdir());
  return bavail * bsize;
}

/** @param length of each, in numbers. */
function recordsInMemory(count: number, length: number): FeatureRecords {
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
function recordsOnDisk(length: number): FeatureRecords {
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

import { AslError } from './errors.ts';

/** Why the operating system refused something, as a person says it, and what to do. */
export interface SystemFault {
  readonly reason: string;
  /** Only where something can be done about it whatever was refused. */
  readonly remedy?: string;
}

const FAULTS: Readonly<Record<string, SystemFault>> = {
  ENOENT: { reason: 'no such file or folder' },
  EACCES: { reason: 'no permission' },
  EPERM: { reason: 'not permitted' },
  ENOTDIR: { reason: 'a part of the path is no folder' },
  EISDIR: { reason: 'a folder' },
  ELOOP: { reason: 'links that lead in a circle' },
  ENAMETOOLONG: { reason: 'a name that is too long for the file system' },
  ERR_INVALID_ARG_VALUE: { reason: 'a name that no file can have' },
  ENXIO: { reason: 'a device or pipe that nobody serves' },
  EPIPE: { reason: 'nobody reads it any more' },
  ENOTEMPTY: { reason: 'a folder that is not empty' },
  EEXIST: { reason: 'a file of that name is there already' },
  EROFS: { reason: 'the file system can only be read' },
  EIO: { reason: 'the disk reports an error' },
  ESTALE: { reason: 'the file is gone from its server' },
  EBUSY: { reason: 'it is in use' },
  ENOLCK: { reason: 'the file system has no locks' },
  ENOSPC: { reason: 'no space left on device', remedy: 'free some space on the disk' },
  EDQUOT: { reason: 'the disk quota is used up', remedy: 'free some space, or have the quota raised' },
  EFBIG: {
    reason: 'the file would be larger than allowed',
    remedy: 'raise the limit on the size of files (ulimit -f)',
  },
  EMFILE: { reason: 'too many open files', remedy: 'raise the limit on open files (ulimit -n)' },
  ENFILE: { reason: 'too many open files on this machine', remedy: 'end other programs' },
  ENOMEM: { reason: 'not enough memory', remedy: 'free some memory, or lower workers or batchSize' },
  EAGAIN: { reason: 'too many processes', remedy: 'raise the limit on processes (ulimit -u), or lower workers' },
};

/** What an error of the operating system says; undefined for every other error. */
export function systemFault(error: unknown): SystemFault | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  // Node says it of every argument that it cannot use.
  if (error.code === 'ERR_INVALID_ARG_VALUE' && !error.message.includes('null bytes')) return undefined;
  return Object.hasOwn(FAULTS, error.code) ? FAULTS[error.code] : undefined;
}

/** The same in a few words; of every other error its message. */
export function systemReason(error: unknown): string {
  return systemFault(error)?.reason ?? (error instanceof Error ? error.message : String(error));
}

/** Disks that are full are told of as what they keep from being written. */
const NO_ROOM: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

/** The error of what the operating system refused and nobody foresaw; undefined where it is none of its. */
export function systemError(cause: unknown): AslError | undefined {
  const fault = systemFault(cause);
  if (fault === undefined) return undefined;
  const { code, path, syscall } = cause as NodeJS.ErrnoException;
  const where = path ?? syscall;
  return new AslError(NO_ROOM.includes(code) ? 'ASL_RUN_FOLDER' : 'ASL_SYSTEM', fault.reason, {
    ...(where === undefined ? {} : { where }),
    ...(fault.remedy === undefined ? {} : { remedy: fault.remedy }),
    cause,
  });
}

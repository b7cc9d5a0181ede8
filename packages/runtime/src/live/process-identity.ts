import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told apart from another that was given its number later, and from one of another machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the system's own terms; null where the system does not say. */
  readonly started: string | null;
  readonly host: string;
  /** Where its number means something: a machine since its start, and a container in it. */
  readonly place: string;
}

/** The identity of the process that asks. */
export function thisProcess(): ProcessIdentity {
  const { pid } = process;
  const begun = startOf(pid);
  return { pid, started: begun === 'gone' ? null : begun, host: hostname(), place: placeOfNumbers() };
}

/** Whether a process lives; `elsewhere` where that cannot be asked from here. */
export function whereabouts({ pid, started, place }: ProcessIdentity): 'alive' | 'gone' | 'elsewhere' {
  if (place !== placeOfNumbers()) return 'elsewhere';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's may not be asked, and lives.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'gone';
  }
  const begun = startOf(pid);
  if (begun === 'gone') return 'gone';
  return begun === null || started === null || begun === started ? 'alive' : 'gone';
}

/** null where it is not known. */
function startOf(pid: number): string | 'gone' | null {
  if (process.platform === 'win32') return null;
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    // What comes before the last parenthesis is the program's name, whatever is in it: proc(5).
    const [state, ...rest] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ');
    // A zombie has ended, and waits for its parent to hear of it.
    return state === 'Z' ? 'gone' : (rest[STARTED] ?? null);
  } catch {
    return null;
  }
}

/** Field 22 of proc(5), in clock ticks after the machine's start; the state is field 3. */
const STARTED = 22 - 4;

function placeOfNumbers(): string {
  return [
    hostname(),
    told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    told(() => readlinkSync('/proc/self/ns/pid')),
  ]
    .map((part) => part.trim())
    .join(' ');
}

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

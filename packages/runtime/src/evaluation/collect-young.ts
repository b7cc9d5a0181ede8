import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Makes what frees the memory of a thread that is no longer in use, in a millisecond: what was made since the last time. A
 * decoded file is megabytes of typed arrays and next to no objects, of which V8 lets 64 MB wait in each thread before it looks.
 */
export function youngCollector(): () => void {
  // Of the process, not of the thread: set back, it could be gone while another thread makes its own.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;
  return () => collect({ type: 'minor' });
}

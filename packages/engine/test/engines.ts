import { openEngine } from '../src/index.ts';
import { findInstalled } from '../src/install/find-installed.ts';

export type EngineName = 'native' | 'wasm';

const { addons, problem } = findInstalled();
if (addons === undefined)
  process.emitWarning(`tests on the native engine are skipped: ${problem} (asl engine install)`);

/** Whether the native engine can be tested here. */
export const nativeInstalled: boolean = addons !== undefined;

/** The engines that tests run on here: the native one only where it is installed. */
export const engines: readonly EngineName[] = nativeInstalled ? ['native', 'wasm'] : ['wasm'];

/** Opens an engine for a test, with one thread. */
export async function open(name: EngineName): Promise<void> {
  await openEngine(name === 'native' ? { backend: 'native', threads: 1 } : { backend: 'wasm' });
}

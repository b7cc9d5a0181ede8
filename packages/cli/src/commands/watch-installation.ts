import { type InstalledEngine, type InstallOptions, installEngine } from '@auto-seg-loss/engine/install';
import { createByteProgress } from '../terminal/byte-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Installs the engine with its progress shown. @throws AslError ASL_ENGINE_INSTALL. */
export async function watchInstallation(
  terminal: Terminal,
  options: Pick<InstallOptions, 'gpu' | 'force'>,
): Promise<InstalledEngine> {
  const progress = createByteProgress(terminal);
  try {
    return await installEngine({ ...options, onProgress: (step) => progress.update(step) });
  } finally {
    progress.stop();
  }
}

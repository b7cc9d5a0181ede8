import open from 'open';
import type { Terminal } from '../terminal/terminal.ts';

/** Shows a file in the browser of whoever called. Where there is none, the file is there all the same: that is no failure. */
export async function openInBrowser(file: string, terminal: Terminal): Promise<void> {
  const say = (): void => terminal.log(`No browser could be started; open ${file} in one.`);
  try {
    const started = await open(file);
    started.once('error', say);
  } catch {
    say();
  }
}

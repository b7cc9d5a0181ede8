import type { SearchPlan } from '@auto-seg-loss/runtime';
import { planText } from '../report/plan-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ConfigOptions, readConfig } from '../with-config.ts';
import { runUntilStopped } from './run-until-stopped.ts';

/** What `asl search --dry-run` says. @throws Stopped; as `planSearch`. */
export async function showPlan(
  file: string | undefined,
  options: ConfigOptions & { readonly out?: string },
  terminal: Terminal,
): Promise<void> {
  const { engine, out } = options;
  const loaded = await readConfig(file, options, terminal);
  const { planSearch } = await import('@auto-seg-loss/runtime');
  const display = { note: (line: string) => terminal.log(line), stop: () => {} };
  const plan: SearchPlan = await runUntilStopped(display, (signal) =>
    planSearch(loaded, {
      engine,
      signal,
      ...(out === undefined ? {} : { out }),
      onStart: (what) =>
        terminal.log(
          what === 'inspection' ? 'Looking at the training images' : 'Timing a few iterations of the trainings',
        ),
    }),
  );
  terminal.result(plan, () => planText(plan));
}

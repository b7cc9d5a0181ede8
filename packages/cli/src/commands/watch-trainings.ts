import type { TrainingEvent, TrainingJobOptions } from '@auto-seg-loss/runtime';
import { Stopped } from '../stop-signal.ts';
import { heard, type Listen } from '../tensorboard.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { createTrainingProgress } from '../terminal/training-progress.ts';
import { runUntilStopped } from './run-until-stopped.ts';

/** Val images that are shown with what each network makes of them, where anybody listens. */
const EXAMPLES = 4;

/**
 * Runs trainings with their progress shown. Ctrl-C ends them, and says what is kept and how to go on.
 * @param out the folder where they are kept; undefined where nothing is. @param run starts them with these options. @param listen hears what happens too.
 * @throws Stopped; what `run` throws.
 */
export async function watchTrainings<T>(
  terminal: Terminal,
  out: string | undefined,
  run: (watched: Pick<TrainingJobOptions, 'signal' | 'onEvent' | 'examples'>) => Promise<T>,
  listen?: Listen<TrainingEvent>,
): Promise<T> {
  const progress = createTrainingProgress(terminal);
  const { handle, close } = heard(
    listen,
    (event) => progress.handle(event),
    (line) => progress.note(line),
  );
  const examples = listen === undefined ? 0 : EXAMPLES;
  try {
    return await runUntilStopped(progress, (signal) => run({ signal, onEvent: handle, examples }).finally(close));
  } catch (error) {
    if (error instanceof Stopped) terminal.log(stoppedLine(out, progress.kept()));
    throw error;
  }
}

function stoppedLine(out: string | undefined, kept: string): string {
  if (out === undefined) return 'Stopped; nothing is kept. With --out FOLDER the same command would go on.';
  if (kept === '') return `Stopped, before there was anything to keep in ${out}. The same command begins again.`;
  return `Stopped; kept in ${out}: ${kept}. The same command goes on from there.`;
}

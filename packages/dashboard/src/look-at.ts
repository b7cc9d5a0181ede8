import { AslError, isAslError } from '@auto-seg-loss/kernel';
import { lookAtRun, type RunStatus, runStatus } from '@auto-seg-loss/runtime';
import { type FoundRun, linkIn } from './find-runs.ts';
import type { RunWords } from './run-words.ts';
import type { ListedRun, RunContents, ShownStatus } from './wire.ts';

/** How a run stands, for the list and at the top of its page. @param words says it. */
export async function statusOf(run: FoundRun, words: (status: RunStatus) => RunWords): Promise<ListedRun> {
  const looked = await orProblem(run, async () => {
    const status = await runStatus(run.folder);
    return { state: status.state, words: words(status), share: shareOf(status) } satisfies ShownStatus;
  });
  return { id: run.id, shown: looked.value, problem: looked.problem };
}

function shareOf({ state, progress }: RunStatus): number | null {
  if (state === 'finished') return 1;
  if (progress.kind === 'trainings') return share(progress.networks.done, progress.networks.planned);
  const { trials, again } = progress;
  if (trials.planned === null || again.planned === null) return null;
  return share(trials.finished + again.done, trials.planned + again.planned);
}

function share(done: number, planned: number | null): number | null {
  return planned === null || planned === 0 ? null : Math.min(1, done / planned);
}

/** What a report of the run would show now. @param allowCode runs code that a run from elsewhere names. */
export async function contentsOf(run: FoundRun, allowCode: boolean): Promise<RunContents> {
  const looked = await orProblem(run, async () => {
    // There is no report of one network: all that is known of it is how it stands.
    if (run.kind === 'training') return null;
    const view = await lookAtRun(run.folder, { allowCode });
    const { comparisonPage, searchPage } = await import('@auto-seg-loss/report');
    return view.kind === 'search' ? searchPage(view, true) : comparisonPage(view, true);
  });
  return { page: looked.value, problem: looked.problem };
}

/** A run that cannot be looked at is no reason not to show the others. */
async function orProblem<T>(
  { folder }: FoundRun,
  look: () => Promise<T>,
): Promise<{ readonly value: T | null; readonly problem: string | null }> {
  try {
    const link = await linkIn(folder);
    if (link !== undefined) throw holdsLink(folder, link);
    return { value: await look(), problem: null };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { value: null, problem: isAslError(error) ? error.format() : text };
  }
}

function holdsLink(folder: string, link: string): AslError {
  return new AslError('ASL_RUN_FOLDER', 'the run holds a link, which is not followed', {
    where: folder,
    expected: 'files and folders of its own',
    received: link,
    remedy: 'put in its place what it leads to, if that is yours',
  });
}

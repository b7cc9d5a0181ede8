import type { Json } from '@auto-seg-loss/kernel';
import type { TrialRunner } from '@auto-seg-loss/study';
import { readSamples, SplitInspector } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { cropNotes } from '../inspection/crop-notes.ts';
import { dataWarnings } from '../inspection/data-warnings.ts';
import { rejectUnlearnable } from '../inspection/reject-unlearnable.ts';
import type { TrainingData } from '../inspection/training-data.ts';
import { outcomeOfJob } from './job-outcome.ts';
import { proxyDivisions } from './prepare-proxy.ts';
import { reportIterations } from './report-iterations.ts';

/**
 * Reads the training split once and says what is in it, so that what is wrong with the data shows before anything is trained.
 * Val is not read.
 */
export function createInspectionRunner(run: Run): TrialRunner {
  return {
    run: (_task, report) =>
      outcomeOfJob(async () => {
        const { train, classes } = await run.dataset;
        const { dataset } = run.config;
        const { done, signal } = reportIterations(report, train.ids.length);
        const inspector = new SplitInspector(classes.length);
        await readSamples(train, {
          classes: classes.length,
          visit: (sample, index) => inspector.add(sample, index),
          onProgress: done,
          signal,
        });
        const inspection = inspector.result();
        rejectUnlearnable(classes, inspection, dataset);
        const twins = inspection.twins.map(({ images }) => images);
        const divisions = await proxyDivisions(run, twins);
        const [first] = divisions;
        const divided = divisions.map((each) => ({
          train: inspector.pixelsOf(each.train),
          reward: inspector.pixelsOf(each.reward),
        }));
        const data: TrainingData = {
          classes,
          ...inspection,
          division: { train: first?.train.length ?? 0, reward: first?.reward.length ?? 0 },
          ...(divisions.length === 1 ? {} : { folds: divisions.length }),
          warnings: [
            ...dataWarnings({ classes, ids: train.ids, dataset }, inspection, divided),
            ...cropNotes(run.config.proxy, inspection.sizes),
          ],
        };
        return data as unknown as Json;
      }),
  };
}

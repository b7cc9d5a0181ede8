import { benchEvaluate } from './evaluate.ts';
import { benchLoss } from './loss.ts';
import { benchStep } from './step.ts';

/** What can be measured, by the name that `npm run bench -- NAME` takes. */
const benchmarks: Readonly<Record<string, (write: (line: string) => void) => void>> = {
  step: benchStep,
  evaluate: benchEvaluate,
  loss: benchLoss,
};

const name = process.argv[2];
const run = name === undefined ? undefined : benchmarks[name];
if (run === undefined) {
  process.stderr.write(`npm run bench -- ${Object.keys(benchmarks).join('|')}\n`);
  process.exitCode = 2;
} else {
  try {
    run((line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

import { benchDistributed } from './distributed/bench.ts';
import { benchEvaluate } from './evaluate.ts';
import { benchExport } from './export.ts';
import { benchFolder } from './folder/folder.ts';
import { benchLoss } from './loss.ts';
import { benchNoise } from './noise/noise.ts';
import { benchPareto } from './pareto/pareto.ts';
import { benchSearch } from './search/search.ts';
import { benchSlots } from './slots/slots.ts';
import { benchStep } from './step.ts';
import { benchWorkers } from './workers.ts';

/** What can be measured, by the name that `npm run bench -- NAME` takes. */
type Benchmark = (write: (line: string) => void, args: readonly string[]) => void | Promise<void>;

const benchmarks: Readonly<Record<string, Benchmark>> = {
  step: (write, args) => benchStep(write, args),
  evaluate: (write, args) => (args.includes('--folder') ? benchFolder(args, write) : benchEvaluate(write)),
  loss: (write, args) => benchLoss(args, write),
  export: (write, args) => benchExport(args, write),
  search: (write, args) => benchSearch(args, write),
  pareto: (write, args) => benchPareto(args, write),
  noise: (write, args) => benchNoise(args, write),
  slots: (write) => benchSlots(write),
  workers: (write, args) => benchWorkers(args, write),
  distributed: (write, args) => benchDistributed(args, write),
};

const HELP =
  "  step [PART OF A ROW'S NAME …]\n" +
  '  noise RUN …: runs that asl noise has measured\n' +
  '  distributed [speed] [simulated]\n' +
  '  pareto [--simulated] [--seeds N] [--rounds N] [--only NAME,…]\n' +
  '  loss --beside FOLDER: beside the losses of another checkout, built and with its engine installed\n';

const name = process.argv[2];
const run = name === undefined ? undefined : benchmarks[name];
if (run === undefined) {
  process.stderr.write(`npm run bench -- ${Object.keys(benchmarks).join('|')}\n${HELP}`);
  process.exitCode = 2;
} else {
  try {
    await run((line) => process.stdout.write(`${line}\n`), process.argv.slice(3));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

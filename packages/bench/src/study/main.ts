import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isAslError } from '@auto-seg-loss/kernel';
import { writeFile } from '@auto-seg-loss/runtime';
import { ablationStudy } from './ablation-study.ts';
import { metricStudy } from './metric-study.ts';
import type { Write } from './steps.ts';
import { METRICS } from './study-settings.ts';
import { transferStudy } from './transfer-study.ts';

/** Each study by the name that `npm run study -- NAME` takes; it makes Markdown. */
const STUDIES: Readonly<Record<string, (out: string, write: Write) => Promise<string>>> = {
  ...Object.fromEntries(
    Object.keys(METRICS).map((metric) => [metric, (out: string, write: Write) => metricStudy(metric, out, write)]),
  ),
  ablation: ablationStudy,
  transfer: transferStudy,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'runs/study' } },
});
const unknown = positionals.filter((name) => !(name in STUDIES));
if (positionals.length === 0 || unknown.length > 0) {
  process.stderr.write(`npm run study -- ${Object.keys(STUDIES).join('|')} [--out runs/study]\n`);
  process.exitCode = 2;
} else {
  try {
    for (const name of positionals) {
      const markdown = await STUDIES[name]?.(values.out, (line) => process.stderr.write(`${line}\n`));
      const path = resolve(values.out, `${name}.md`);
      await writeFile(path, `${markdown}\n`);
      process.stdout.write(`${markdown}\n\n${path}\n`);
    }
  } catch (error) {
    process.stderr.write(`${isAslError(error) ? error.format() : String(error)}\n`);
    process.exitCode = 1;
  }
}

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isAslError } from '@auto-seg-loss/kernel';
import { writeFile } from '@auto-seg-loss/runtime';
import { ablationStudy } from './ablation-study.ts';
import { metricStudy } from './metric-study.ts';
import { pretrainedStudy } from './pretrained-study.ts';
import type { Write } from './steps.ts';
import { METRICS } from './study-settings.ts';
import { transferStudy } from './transfer-study.ts';

interface Study {
  readonly title: string;
  /** Makes Markdown. */
  readonly run: (out: string, write: Write) => Promise<string>;
}

/** Each study by the name that `npm run study -- NAME` takes. */
const STUDIES: Readonly<Record<string, Study>> = {
  ...Object.fromEntries(
    Object.keys(METRICS).map((metric): [string, Study] => [
      metric,
      { title: `Losses for ${metric} on CamVid`, run: (out, write) => metricStudy(metric, out, write) },
    ]),
  ),
  ablation: { title: 'Other search spaces for mIoU on CamVid', run: ablationStudy },
  pretrained: { title: 'A pretrained network on CamVid, PASCAL VOC and DRIVE', run: pretrainedStudy },
  transfer: { title: 'The loss found for mIoU on CamVid, elsewhere', run: transferStudy },
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
      const { title, run } = STUDIES[name] as Study;
      const body = await run(values.out, (line) => process.stderr.write(`${line}\n`));
      const markdown = `# ${title}\n\nMade by \`npm run study -- ${name}\`.\n\n${body}`;
      const path = resolve(values.out, `${name}.md`);
      await writeFile(path, `${markdown}\n`);
      process.stdout.write(`${markdown}\n\n${path}\n`);
    }
  } catch (error) {
    process.stderr.write(`${isAslError(error) ? error.format() : String(error)}\n`);
    process.exitCode = 1;
  }
}

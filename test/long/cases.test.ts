import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Ran, runAsl } from '../../packages/cli/test/run-asl.ts';

// Inputs that went wrong for people, from public bug reports, with the values that are right. Each has a README of its own.

const CASES = process.env.ASL_TEST_CASES ?? fileURLToPath(new URL('../../../shared/cases', import.meta.url));

/** A copy of a case: nothing is ever written beside the original. */
async function copyOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-case-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(join(CASES, name), folder, { recursive: true });
  return folder;
}

/** A test on a copy of the case, left out where the cases are missing. */
function caseTest(name: string, what: string, check: (folder: string) => Promise<void>): void {
  test(`${name}: ${what}`, { timeout: 600_000 }, async (context) => {
    if (!existsSync(CASES)) context.skip(`no cases at ${CASES}; set ASL_TEST_CASES to their folder`);
    await check(await copyOf(name));
  });
}

const asl = (args: readonly string[], folder: string): Promise<Ran> => runAsl(args, { cwd: folder });
const json = ({ stdout }: Ran) => JSON.parse(stdout);
const percent = (value: number | null) => (value === null ? null : Number((100 * value).toFixed(2)));
const scoresOf = (ran: Ran, metric: string) => {
  const { value, perClass } = json(ran).metrics[metric];
  return [percent(value), ...perClass.map(percent)];
};

const MASK = { miou: [86.86, 95.45, 78.26], dice: [92.74, 97.67, 87.8] };
const evaluate = (predictions: string, labels: string, ...more: readonly string[]) => [
  'evaluate',
  '--metrics',
  'miou,dice',
  '--predictions',
  predictions,
  '--labels',
  labels,
  '--json',
  ...more,
];

describe('scores of files', () => {
  caseTest(
    'evaluate-binary-0-255',
    'a mask of 0 and 255 is refused with both readings, and scored as one when told',
    async (folder) => {
      for (const predictions of ['p', 'p-empty']) {
        const refused = await asl(evaluate(predictions, 'l', '--classes', '2'), folder);
        expect([refused.code, refused.stdout]).toEqual([2, '']);
        expect(refused.stderr).toContain('binary mask');
        expect(refused.stderr).toContain('--map binary');
      }
      const told = await asl(evaluate('p', 'l', '--map', 'binary'), folder);
      expect([scoresOf(told, 'miou'), scoresOf(told, 'dice')]).toEqual([MASK.miou, MASK.dice]);
      const missed = await asl(evaluate('p-empty', 'l', '--map', 'binary'), folder);
      expect(scoresOf(missed, 'miou')[0]).toBe(42.19);
      // Told the wrong thing, it is not silent.
      const ignored = await asl(evaluate('p-empty', 'l', '--classes', '2', '--ignore', '255'), folder);
      expect(ignored.stderr).toContain('--map binary');
    },
  );

  caseTest('evaluate-ade20k-zero-label', 'labels from 1 are named, and scored by their map', async (folder) => {
    const refused = await asl(evaluate('p', 'l', '--classes', '150'), folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/150 at [\s\S]*--map ade20k/);
    const told = await asl(
      ['evaluate', '--metrics', 'miou,gacc', '--predictions', 'p', '--labels', 'l', '--map', 'ade20k', '--json'],
      folder,
    );
    expect([scoresOf(told, 'miou')[0], scoresOf(told, 'gacc')[0]]).toEqual([100, 100]);
  });

  caseTest('evaluate-nested-suffix', 'names that differ are told what to say, and paired then', async (folder) => {
    const refused = await asl(evaluate('p', 'l', '--classes', '2'), folder);
    expect(refused.code).toBe(2);
    const options = /say (--label-suffix \S+) and (--prediction-suffix [^\s;]+)/.exec(refused.stderr);
    const said = [options?.[1], options?.[2]].flatMap((option) => option?.split(' ') ?? []);
    expect(said).toEqual(['--label-suffix', '_gtFine_labelTrainIds', '--prediction-suffix', '_leftImg8bit']);
    const told = await asl(evaluate('p', 'l', '--classes', '2', ...said), folder);
    expect([scoresOf(told, 'miou'), scoresOf(told, 'dice')]).toEqual([MASK.miou, MASK.dice]);
  });

  caseTest('evaluate-small-palette', 'palettes of 4 bits and masks of 1 bit are read', async (folder) => {
    for (const kind of ['', '1']) {
      const ran = await asl(evaluate(`p${kind}`, `l${kind}`, '--classes', '2'), folder);
      expect([scoresOf(ran, 'miou'), scoresOf(ran, 'dice')]).toEqual([MASK.miou, MASK.dice]);
    }
  });
});

describe('losses of arrays', () => {
  caseTest('loss-one-channel-logits', 'one channel is refused by name', async (folder) => {
    for (const loss of ['cross-entropy', 'dice', 'lovasz', 'focal']) {
      const { code, stdout, stderr } = await asl(
        ['loss', loss, '--logits', 'logits.npy', '--labels', 'labels.npy'],
        folder,
      );
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/one channel/);
      expect(stderr).toMatch(/21 of 48/);
    }
  });
});

describe('data sets', () => {
  caseTest(
    'dataset-float-tiff',
    'floats and other channels are refused with the file and what to say',
    async (folder) => {
      const { code, stdout } = await asl(['data'], folder);
      expect(code).toBe(2);
      expect(stdout).toMatch(/five\.tif[\s\S]*a picture of 5 channels/);
      // Of twelve bits in sixteen something is said.
      expect(stdout).toMatch(/bits12\.png: [^\n]*images\.range: \[0, 4095\]/);
      const listed = json(await asl(['data', '--json'], folder)).unreadable as { id: string; error: string }[];
      expect(listed.map(({ id }) => id).sort()).toEqual(
        ['five', 'float01', 'float255', 'rgb01', 'rgb255'].map((name) => `train/images/${name}.tif`),
      );
      expect(listed.find(({ id }) => id.includes('float01'))?.error).toContain('images.range');
      const range = await asl(['data', '--set', 'dataset.images.range=[0,1]', '--json'], folder);
      const { unreadable } = json(range) as { unreadable: readonly { id: string }[] };
      expect(unreadable.map(({ id }) => id)).not.toContain('train/images/float01.tif');
    },
  );

  caseTest(
    'dataset-rgb-masks',
    'colours are read by the table, and grey that was saved as RGB by its values',
    async (folder) => {
      const read = await asl(['data', '--json'], folder);
      expect(read.code).toBe(0);
      const ofColors = json(read);
      expect(ofColors.train.pixels.every((pixels: number) => pixels > 0)).toBe(true);
      const grey = await asl(
        [
          'data',
          '--json',
          '--set',
          'dataset.train.labels=grey/train/labels',
          '--set',
          'dataset.val.labels=grey/val/labels',
        ],
        folder,
      );
      expect(json(grey).train.pixels).toEqual(ofColors.train.pixels);
      const other = await asl(['data', '--set', 'dataset.colors=[[0,0,0],[127,0,0]]'], folder);
      expect(other.code).toBe(2);
      expect(other.stdout).toMatch(/#800000 at \d+ pixels; #800000 first at row \d+, column \d+/);
      const searched = await asl(['search', '--out', 'run', '--set', 'searcher.samples=3'], folder);
      expect(searched.stderr).not.toContain('ASL_DATA');
    },
  );
});

describe('searches and trainings', () => {
  caseTest(
    'search-binary-0-255',
    'masks whose foreground is ignored give no loss, and say which class is missing',
    async (folder) => {
      const { code, stderr } = await asl(['search', '--out', 'run'], folder);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/class 1/);
      expect(stderr).toMatch(/labels\.map: "?binary/);
      expect(existsSync(join(folder, 'run', 'loss.json'))).toBe(false);
      const unsaid = await asl(['search', '--out', 'other', '--set', 'dataset.ignoreLabel=null'], folder);
      expect(unsaid.code).toBe(2);
      expect(unsaid.stderr).toMatch(/binary mask[\s\S]*dataset\.labels\.map: "binary"/);
    },
  );

  caseTest('search-duplicates-in-train', 'twins are said, and held out together', async (folder) => {
    const { stderr } = await asl(['search', '--out', 'run'], folder);
    expect(stderr).toMatch(/8 of 8 training images are equal/);
  });

  caseTest('search-no-signal', 'equal rewards name no loss', async (folder) => {
    const { code, stderr } = await asl(['search', '--out', 'run'], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ASL_SEARCH_FAILED/m);
    expect(stderr).toMatch(/class 1|"object"/);
    expect(existsSync(join(folder, 'run', 'loss.json'))).toBe(false);
  });

  caseTest('search-resume-elsewhere', 'rounds may grow, and the data may lie elsewhere', async (folder) => {
    // So short that nothing is learned: no loss is named, and what was tried is kept.
    const begun = await asl(['search', '--out', 'run'], folder);
    expect(begun.stderr).toMatch(/no signal[\s\S]*all 2 trials[\s\S]*--resume run --set searcher\.rounds=2/);
    const more = await asl(['search', '--resume', 'run', '--set', 'searcher.rounds=2'], folder);
    expect(more.stderr).toMatch(/all 4 trials/);
    await rename(join(folder, 'data'), join(folder, 'data2'));
    const lost = await asl(['search', '--resume', 'run'], folder);
    expect(lost.code).toBe(2);
    expect(lost.stderr).toContain('dataset.root');
    const moved = await asl(['search', '--resume', 'run', '--set', 'dataset.root=data2'], folder);
    expect(moved.stderr).toMatch(/all 4 trials/);
    const other = await asl(['search', '--resume', 'run', '--set', 'proxy.iterations=9'], folder);
    expect(other.code).not.toBe(0);
  });

  caseTest('train-hides-data-error', 'what is wrong with a label is said as a search says it', async (folder) => {
    for (const command of [
      ['train', '--loss', 'cross-entropy'],
      ['compare', '--losses', 'cross-entropy', '--seeds', '1'],
      ['search', '--out', 'run'],
    ]) {
      const { code, stderr } = await asl(command, folder);
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(
        /ASL_DATA_INVALID[\s\S]*train.labels.s\d\.png[\s\S]*255 at \d+ of \d+ pixels[\s\S]*first at row \d+, column \d+/,
      );
    }
  });

  caseTest('train-thin-class-vanishes', 'labels are scored as they are', async (folder) => {
    const { code, stdout } = await asl(['train', '--loss', 'cross-entropy', '--json'], folder);
    expect(code).toBe(0);
    const { metrics } = json({ code, stdout, stderr: '' }).network;
    expect(metrics.miou.perClass[1]).not.toBeNull();
    // A network of two iterations says one class everywhere, or nearly so.
    if (metrics.miou.perClass[1] === 0 && metrics.gacc === undefined)
      expect(percent(metrics.miou.value)).toBeLessThan(51);
    expect(JSON.parse(await readFile(join(folder, 'asl.config.json'), 'utf8')).metric).toBe('miou');
  });
});

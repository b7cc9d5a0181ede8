import {
  definePlugin,
  meanOfClasses,
  noOptions,
  type Plugin,
  type ReportedImage,
  type ReportMetric,
} from '@auto-seg-loss/kernel';
import { lawsOf } from '@auto-seg-loss/testing';
import { expect, test } from 'vitest';

/** The share of a class's pixels that are missed. */
function missed({ prediction, label, classes }: ReportedImage): Float64Array {
  return Float64Array.from({ length: classes }, (_, c) => {
    let [all, wrong] = [0, 0];
    for (const [at, is] of label.entries()) {
      if (is !== c) continue;
      all += 1;
      if (prediction[at] !== c) wrong += 1;
    }
    return all === 0 ? Number.NaN : wrong / all;
  });
}

const sound: ReportMetric = {
  name: 'missed',
  better: 'lower',
  unit: 'share',
  measure: missed,
  score: (images, classes) => meanOfClasses(images, classes, true),
};

/** The law that each breaks. */
const BROKEN: Readonly<Record<string, Partial<ReportMetric>>> = {
  range: { score: (images, classes) => ({ ...sound.score(images, classes), value: Number.NaN }) },
  'right-answer': { better: 'higher' },
  order: { score: (images, classes) => sound.score(images.slice(0, 1), classes) },
  flips: { measure: (image) => missed(image).map((value) => value * (image.prediction[0] === 0 ? 1 : 0.5)) },
  repeated: {
    score: (images, classes) => sound.score([...images, new Float64Array(classes)], classes),
  },
  pure: {
    measure: (image) => {
      const measured = missed(image);
      image.prediction.fill(0);
      return measured;
    },
  },
  length: { measure: (image) => (image.height > 1 ? missed(image) : new Float64Array([...missed(image), 0])) },
};

function pluginOf(metric: ReportMetric): Plugin<'report-metric', Record<string, never>> {
  return definePlugin({ kind: 'report-metric', name: 'missed', summary: '', options: noOptions, create: () => metric });
}

async function brokenBy(metric: ReportMetric): Promise<readonly string[]> {
  const found = await lawsOf(pluginOf(metric) as Plugin<'report-metric'>);
  if ('untried' in found) throw new Error(found.untried);
  const reports = await Promise.all(found.laws.map((law) => law.check({ seed: 1, runs: 60 })));
  return reports.flatMap(({ law, status }) => (status === 'broken' ? [law] : []));
}

test('a sound metric keeps the laws', async () => {
  expect(await brokenBy(sound)).toEqual([]);
});

test.each(Object.entries(BROKEN))('the law %s finds what breaks it', async (law, change) => {
  expect(await brokenBy({ ...sound, ...change })).toContain(law);
});

import { definePlugin, noOptions, type Plugin, type ReportMetric, sumOfImages } from '@auto-seg-loss/kernel';

/**
 * Matthews correlation coefficient of all pixels that count, in [-1, 1]: of several classes R_K (Gorodkin, *Comparing two K-category
 * assignments by a K-category correlation coefficient*, Computational Biology and Chemistry 2004), as scikit-learn's. A class's own
 * value is that of the class against all others (Matthews, 1975). Absent where one of two columns of classes does not vary, 0/0: where
 * scikit-learn says 0.
 */
export const plugin: Plugin<'report-metric', Record<string, never>> = definePlugin({
  kind: 'report-metric',
  name: 'mcc',
  summary: 'Matthews correlation coefficient of all pixels',
  options: noOptions,
  create: (): ReportMetric => ({
    name: 'mcc',
    better: 'higher',
    unit: 'share',
    pixelwise: true,
    searchable: 'miou',
    measure: ({ prediction, label, classes }) => {
      const pairs = new Float64Array(classes * classes);
      for (let at = 0; at < label.length; at++) {
        const is = label[at] as number;
        if (is < 0 || is >= classes) continue;
        const cell = is * classes + (prediction[at] as number);
        pairs[cell] = (pairs[cell] as number) + 1;
      }
      return pairs;
    },
    score: (images, classes) => {
      const pairs = sumOfImages(images);
      const row = (c: number): number => sumOf(classes, (other) => pairs[c * classes + other] as number);
      const column = (c: number): number => sumOf(classes, (other) => pairs[other * classes + c] as number);
      const labelled = Array.from({ length: classes }, (_, c) => row(c));
      const predicted = Array.from({ length: classes }, (_, c) => column(c));
      const right = Array.from({ length: classes }, (_, c) => pairs[c * classes + c] as number);
      const total = sumOf(classes, (c) => labelled[c] as number);
      return {
        value: correlation(labelled, predicted, right, total),
        perClass: right.map((hit, c) => {
          const [own, called] = [labelled[c] as number, predicted[c] as number];
          if (own === 0 && called === 0) return null;
          return correlation([own, total - own], [called, total - called], [hit, total - own - called + hit], total);
        }),
      };
    },
  }),
});

/** Of shares, so that no product leaves what float64 holds exactly by much. */
function correlation(
  labelled: readonly number[],
  predicted: readonly number[],
  right: readonly number[],
  total: number,
): number | null {
  if (total === 0) return null;
  const share = (counts: readonly number[], c: number): number => (counts[c] as number) / total;
  const length = labelled.length;
  const together =
    sumOf(length, (c) => share(right, c)) - sumOf(length, (c) => share(labelled, c) * share(predicted, c));
  const varied = (counts: readonly number[]): number =>
    counts.includes(total) ? 0 : 1 - sumOf(length, (c) => share(counts, c) ** 2);
  const scale = Math.sqrt(varied(labelled) * varied(predicted));
  return scale === 0 ? null : Math.max(-1, Math.min(1, together / scale));
}

function sumOf(count: number, value: (index: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum;
}

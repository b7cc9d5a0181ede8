import type { Mask, MeasureAlgebra, MeasureInputs, Metric, PerClass } from '@auto-seg-loss/kernel';

// Formulas that no metric of this repository has: every operation, in every form, and what looks like the sums that have an
// operation of their own but is not.

type Measure = (algebra: MeasureAlgebra, inputs: MeasureInputs) => Readonly<Record<string, PerClass>>;

/** A metric that adds these up, and makes nothing of them. */
export function metricOf(name: string, measure: Measure): Metric {
  return { name, measure, score: ({ mean }, sums) => mean(Object.values(sums)[0] as PerClass) };
}

const formulas: Readonly<Record<string, Measure>> = {
  'sets of pixels': ({ and, or, minus, times, sum }, { prediction, label, everywhere, valid }) => ({
    prediction: sum(prediction),
    'prediction everywhere': sum(prediction, everywhere),
    label: sum(label),
    'label everywhere': sum(label, everywhere),
    and: sum(and('a', prediction, label)),
    'and everywhere': sum(and('b', prediction, label), everywhere),
    or: sum(or('c', prediction, label)),
    'or everywhere': sum(or('d', prediction, label), everywhere),
    'or, exchanged': sum(or('e', label, prediction), valid),
    'and of an and': sum(and('f', and('g', prediction, label), label)),
    'and of an or': sum(and('h', prediction, or('i', prediction, label)), everywhere),
    'or of both': sum(or('j', and('k', label, prediction), prediction), everywhere),
    times: sum(times(prediction, label), everywhere),
    missed: sum(minus(label, times(prediction, label)), everywhere),
    'false alarms': sum(minus(prediction, times(prediction, label)), everywhere),
    'valid false alarms': sum(minus(prediction, times(prediction, label))),
    wrong: sum(or('l', minus(prediction, times(prediction, label)), minus(label, times(prediction, label)))),
  }),

  windows: ({ and, or, erode, dilate, edge, minus, times, sum }, { prediction, label, everywhere }) => ({
    'eroded by 2': sum(erode(label, { radius: 2 }), everywhere),
    'eroded by 0': sum(erode(prediction, { radius: 0 }), everywhere),
    'eroded at the border': sum(erode(prediction, { outside: 0 }), everywhere),
    'eroded at the border by 3': sum(erode(label, { radius: 3, outside: 0 })),
    'eroded by a share': sum(erode(prediction, { radius: { diagonal: 0.2 } })),
    'dilated by 2': sum(dilate(prediction, 2)),
    'dilated by 0': sum(dilate(label, 0), everywhere),
    'dilated by a share': sum(dilate(label, { diagonal: 0.3 }), everywhere),
    closed: sum(erode(dilate(label, 1)), everywhere),
    opened: sum(dilate(erode(prediction), 1), everywhere),
    'eroded by a disc': sum(erode(prediction, { radius: { disc: 1 } }), everywhere),
    'eroded by a disc at the border': sum(erode(label, { radius: { disc: 2.3 }, outside: 0 })),
    'eroded by a wide disc': sum(erode(label, { radius: { disc: 20, spacing: [8, 0.5] }, outside: 0 }), everywhere),
    'dilated by a disc': sum(dilate(prediction, { disc: 3 }), everywhere),
    'dilated by a disc of millimetres': sum(dilate(label, { disc: 1.5, spacing: [0.5, 0.9] })),
    'dilated by a disc without neighbours': sum(dilate(label, { disc: 0.9 }), everywhere),
    'near by a disc': sum(times(prediction, dilate(edge(label), { disc: 2.5 })), everywhere),
    'near by a wide disc': sum(times(label, dilate(prediction, { disc: 18, spacing: [6, 0.5] })), everywhere),
    edge: sum(edge(prediction)),
    'inside of both': sum(and('a', erode(prediction), erode(label))),
    'inside of either': sum(or('b', erode(prediction, { radius: 2 }), dilate(label, 1)), everywhere),
    'hits, and inside of the label': sum(or('c', times(prediction, label), erode(label))),
    'around the label': sum(minus(dilate(label, 2), label), everywhere),
  }),

  regions: ({ and, or, edge, dilate, erode, anyClass, within, sum }, { prediction, label, valid, everywhere }) => {
    const near = anyClass(dilate(edge(label), 1));
    const foreground = anyClass(label, { withoutBackground: true });
    const hits = and('a', prediction, label);
    return {
      near: sum(prediction, near),
      'near foreground': sum(prediction, anyClass(dilate(edge(label), 2), { withoutBackground: true })),
      'near by a disc': sum(prediction, anyClass(dilate(edge(label), { disc: 2, spacing: [1, 2] }))),
      'near by a share': sum(prediction, anyClass(dilate(edge(label), { diagonal: 0.1 }))),
      'any label': sum(prediction, anyClass(label)),
      foreground: sum(prediction, foreground),
      'inside of any label': sum(label, anyClass(erode(label))),
      'hits near': sum(hits, within(valid, near)),
      'union near': sum(or('b', prediction, label), within(valid, near)),
      'near, everywhere': sum(prediction, within(everywhere, near)),
      'hits near, everywhere': sum(hits, within(everywhere, near)),
      'foreground hits near': sum(hits, within(foreground, near)),
      'hits in the foreground': sum(hits, within(valid, foreground)),
    };
  },

  // What a batch adds up, beside the same of each image.
  'several ANDs and ORs of the same pixels': ({ and, or, sum }, { prediction, label, everywhere, valid }) => ({
    one: sum(and('a', prediction, label)),
    two: sum(and('b', prediction, label)),
    three: sum(or('c', prediction, label)),
    four: sum(and('d', prediction, label)),
    'of each image': sum(and('e', prediction, label), valid, 'image'),
    'union of each image': sum(or('f', prediction, label), valid, 'image'),
    'another union of each image': sum(or('g', prediction, label), valid, 'image'),
    everywhere: sum(and('h', prediction, label), everywhere),
    'everywhere, of each image': sum(or('i', prediction, label), everywhere, 'image'),
    label: sum(label, valid, 'image'),
  }),

  outlines: ({ and, or, minus, times, erode, edge, dilate, sum }, { prediction, label, everywhere, valid }) => {
    const truth = edge(label);
    /** OR(a, b) - AND(c, d): where a and c are the prediction, and b and d its erosion, it is the prediction's outline. */
    const between = (name: string, a: Mask, b: Mask, c: Mask = a, d: Mask = b) =>
      minus(or(`${name} outside`, a, b), and(`${name} inside`, c, d));
    const inner = erode(prediction);
    const deeper = erode(prediction, { radius: 2 });
    const framed = erode(prediction, { outside: 0 });
    const drawn = between('drawn', prediction, inner);
    const second = between('second', prediction, inner);
    const others: Readonly<Record<string, Mask>> = {
      thick: between('thick', prediction, deeper),
      'thick inside': between('thick inside', prediction, inner, prediction, deeper),
      'thin inside': between('thin inside', prediction, deeper, prediction, inner),
      framed: between('framed', prediction, framed),
      grown: between('grown', prediction, dilate(prediction, 1)),
      turned: between('turned', inner, prediction),
      'of the label': between('of the label', label, erode(label)),
      'to the label': between('to the label', prediction, erode(label)),
      'from the label': between('from the label', label, inner),
      'by hand': minus(prediction, and('by hand', prediction, inner)),
      'or alone': minus(or('or alone', prediction, inner), inner),
      mask: prediction,
    };
    const ofOthers = Object.entries(others).flatMap(([name, mask]) => [
      [`${name}: drawn`, sum(mask, everywhere)] as const,
      [`${name}: hits`, sum(times(mask, dilate(truth, 2)), everywhere)] as const,
      [`${name}: found`, sum(times(dilate(mask, 2), truth), everywhere)] as const,
    ]);
    return {
      truth: sum(truth, everywhere),
      'truth of each image': sum(truth, everywhere, 'image'),
      'truth of valid pixels': sum(truth),
      drawn: sum(drawn, everywhere),
      'drawn in each image': sum(drawn, everywhere, 'image'),
      'drawn at valid pixels': sum(drawn, valid),
      hits: sum(times(drawn, dilate(truth, 2)), everywhere),
      'hits farther off': sum(times(drawn, dilate(truth, 3)), everywhere),
      'hits near the label': sum(times(drawn, dilate(label, 2)), everywhere),
      'hits, exchanged': sum(times(dilate(truth, 2), drawn), everywhere),
      found: sum(times(dilate(drawn, 2), truth), everywhere),
      'found in each image': sum(times(dilate(drawn, 2), truth), everywhere, 'image'),
      'found in the label': sum(times(dilate(drawn, 2), label), everywhere),
      'found at 0': sum(times(dilate(drawn, 0), truth), everywhere),
      'hits at 0': sum(times(drawn, dilate(truth, 0)), everywhere),
      'second drawn': sum(second, everywhere),
      'second found': sum(times(dilate(second, 2), truth), everywhere),
      'second hits': sum(times(second, dilate(truth, 2)), everywhere),
      ...Object.fromEntries(ofOthers),
    };
  },
};

export const trialMetrics: readonly Metric[] = Object.entries(formulas).map(([name, measure]) =>
  metricOf(name, measure),
);

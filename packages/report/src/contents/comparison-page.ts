import { type ComparisonView, comparedLeads, trainedOnce } from '@auto-seg-loss/runtime';
import type { Cell, PageData, RepeatsChart, Section } from '../page/page-data.ts';
import { classScores } from './class-scores.ts';
import { classesSection } from './classes-section.ts';
import { environmentSection, pluginRows } from './environment-section.ts';
import { list, percent, times } from './words.ts';

const HOUR_MS = 3_600_000;
/** Of losses by class: more lines cannot be told apart. */
const MOST_SERIES = 6;

/** The page of a comparison, as far as it has come. @param isLive whether it goes on as the comparison does. */
export function comparisonPage(view: ComparisonView, isLive = false): PageData {
  const { losses, metrics, complete } = view;
  const networks = trainedOnce(losses.flatMap((row) => row.networks));
  const failed = networks.filter(({ status }) => status === 'failed').length;
  return {
    title: 'Comparison of losses',
    subtitle: [times(losses.length, 'loss', 'losses'), times(networks.length, 'network'), list(metrics)].join(' · '),
    notices: [
      ...(complete || isLive
        ? []
        : ['This comparison is not at its end: the page shows the networks that were trained when it was made.']),
      ...(failed === 0
        ? []
        : [`${times(failed, 'network')} could not be trained, and ${failed === 1 ? 'is' : 'are'} left out.`]),
    ],
    sections: [
      scoresSection(view),
      ...leadsSection(view),
      ...classesSection(
        losses.slice(0, MOST_SERIES).map(({ loss, networks: own }) => ({
          name: loss,
          scores: own.flatMap((network) => (network.status === 'complete' ? [classScores(network.metrics)] : [])),
        })),
        view.classes,
        losses.length > MOST_SERIES
          ? `Means over the networks of each loss, of the first ${MOST_SERIES} losses.`
          : 'Means over the networks of each loss.',
      ),
      ...picturesSection(view),
      ...ratesSection(view),
      networksSection(view),
      comparisonEnvironment(view),
    ],
  };
}

function scoresSection({ losses, metrics, coverage }: ComparisonView): Section {
  const drawn: RepeatsChart = {
    kind: 'repeats',
    intervals: 'mean ± standard deviation over seeds',
    metrics: metrics.map((name) => ({
      name,
      rows: losses.map(({ loss, metrics: own }) => {
        const { mean = null, deviation = null, values = [] } = own[name] ?? {};
        const interval: readonly [number, number] | null =
          mean === null || deviation === null ? null : [100 * (mean - deviation), 100 * (mean + deviation)];
        return {
          name: loss,
          values: values.map((value) => (value === null ? null : 100 * value)),
          mean: mean === null ? null : 100 * mean,
          interval,
        };
      }),
    })),
  };
  const best = metrics.map((name) => {
    const known = losses.filter(({ metrics: own }) => own[name]?.mean != null);
    const [first] = known.toSorted((a, b) => (b.metrics[name]?.mean ?? 0) - (a.metrics[name]?.mean ?? 0));
    return first === undefined ? '' : `${name}: best by ${first.loss}, ${percent(first.metrics[name]?.mean ?? 0)}.`;
  });
  return {
    id: 'scores',
    heading: 'Scores',
    text: [
      "Networks differ in the loss they were trained with; for a seed all start from the same weights and see the same batches. Scored on val, at the labels' size.",
      ...(coverage === null
        ? []
        : [
            `${times(coverage.images, 'image')}, ${coverage.pixels.toLocaleString('en')} pixels counted, ${coverage.ignored.toLocaleString('en')} ignored.`,
          ]),
    ],
    charts: [{ description: best.join(' '), drawn }],
    tables: [
      {
        caption: 'Mean and standard deviation over seeds, %',
        folded: false,
        columns: [
          { name: 'loss' },
          { name: 'networks', digits: 0 },
          ...metrics.flatMap((name) => [
            { name, digits: 2 },
            { name: `${name} ±`, digits: 2 },
          ]),
        ],
        rows: losses.map(({ loss, networks, metrics: own }): readonly Cell[] => [
          loss,
          networks.filter(({ status }) => status === 'complete').length,
          ...metrics.flatMap((name) => [inPercent(own[name]?.mean), inPercent(own[name]?.deviation)]),
        ]),
      },
    ],
  };
}

function leadsSection({ losses }: ComparisonView): readonly Section[] {
  const leads = comparedLeads(losses);
  if (leads.length === 0) return [];
  return [
    {
      id: 'leads',
      heading: 'Leads in searches and on val',
      text: [
        'How far the search that found a loss said that it is ahead, by rewards on folds of the training images, beside how far it is on val. Where the first is larger, part of it was luck, or the short trainings of a search are not like these.',
      ],
      charts: [],
      tables: [
        {
          caption: 'Leads in points',
          folded: false,
          columns: [
            { name: 'loss' },
            { name: 'metric' },
            { name: 'lead over' },
            { name: "lead in the search's rewards", digits: 2 },
            { name: '95 % from', digits: 2 },
            { name: 'to', digits: 2 },
            { name: 'lead on val', digits: 2 },
            { name: '± standard error', digits: 2 },
            { name: 'seeds', digits: 0 },
          ],
          rows: leads.map(({ loss, metric, over, lead, interval, val }): readonly Cell[] => [
            loss,
            metric,
            over,
            100 * lead,
            inPercent(interval?.[0]),
            inPercent(interval?.[1]),
            inPercent(val?.mean),
            inPercent(val?.error),
            val?.seeds ?? 0,
          ]),
        },
      ],
    },
  ];
}

/** Pictures of a page: it stays small enough to be sent around. */
const MOST_PICTURES = 15;

function picturesSection({ examples }: ComparisonView): readonly Section[] {
  if (examples.length === 0) return [];
  const each = Math.max(1, Math.floor(MOST_PICTURES / examples.length));
  // The same image of all losses side by side.
  const places = Array.from({ length: each }, (_, place) => place);
  const pictures = places.flatMap((place) =>
    examples.flatMap(({ loss, seed, pictures: own }) => {
      const picture = own[place];
      if (picture === undefined) return [];
      const { id, ...image } = picture;
      const description = `${id}: the image, its label, and what the network trained with ${loss} made of it`;
      return [{ caption: `${id}: ${loss}, seed ${seed}`, description, ...image }];
    }),
  );
  return [
    {
      id: 'examples',
      heading: 'Predictions',
      text: [
        'Val images, each beside its label and what a network made of it, in the colours of the classes; what a label ignores is striped.',
      ],
      charts: [],
      tables: [],
      pictures: pictures.slice(0, MOST_PICTURES),
    },
  ];
}

function ratesSection({ losses }: ComparisonView): readonly Section[] {
  const tried = losses.filter((row) => row.tried.length > 0);
  if (tried.length === 0) return [];
  return [
    {
      id: 'rates',
      heading: 'Learning rates',
      text: ['Each loss got the learning rate that was best for it on training images that are held out.'],
      charts: [],
      tables: [
        {
          caption: 'Mean of the first metric at each learning rate',
          folded: false,
          columns: [
            { name: 'loss' },
            { name: 'learning rate', digits: 4 },
            { name: 'mean, %', digits: 2 },
            { name: 'taken' },
          ],
          rows: tried.flatMap(({ loss, learningRate, tried: rates }) =>
            rates.map((rate): readonly Cell[] => [
              loss,
              rate.learningRate,
              inPercent(rate.value),
              rate.learningRate === learningRate ? 'yes' : '',
            ]),
          ),
        },
      ],
    },
  ];
}

function networksSection({ losses, metrics }: ComparisonView): Section {
  const all = losses.flatMap(({ loss, networks }) => networks.map((network) => ({ loss, network })));
  const networks = trainedOnce(all.map(({ network }) => network));
  const hours = networks.reduce((sum, { ms }) => sum + ms, 0) / HOUR_MS;
  return {
    id: 'networks',
    heading: 'Networks and cost',
    text: [`${times(networks.length, 'network')}, ${hours.toFixed(3)} core hours.`],
    charts: [],
    tables: [
      {
        caption: 'Each network, scores in %',
        folded: all.length > 20,
        columns: [
          { name: 'loss' },
          { name: 'seed', digits: 0 },
          { name: 'learning rate', digits: 4 },
          ...metrics.map((name) => ({ name, digits: 2 })),
          { name: 'last training loss', digits: 4 },
          { name: 'core seconds', digits: 1 },
          { name: 'failed' },
        ],
        rows: all.map(({ loss, network }): readonly Cell[] => {
          const done = network.status === 'complete' ? network : undefined;
          return [
            loss,
            network.seed,
            network.learningRate,
            ...metrics.map((name) => inPercent(done?.metrics[name]?.value)),
            done?.losses.at(-1) ?? null,
            network.ms / 1000,
            network.status === 'failed' ? network.error : '',
          ];
        }),
      },
    ],
  };
}

function comparisonEnvironment({ environment, config }: ComparisonView): Section {
  const { plugins, ...rest } = environment;
  return environmentSection({ ...rest, ...pluginRows((plugins ?? {}) as Readonly<Record<string, string>>) }, config);
}

function inPercent(share: number | null | undefined): number | null {
  return share === null || share === undefined ? null : 100 * share;
}

// Writes docs/peers.md from cases.json, answers.json (which ask_peers.py wrote) and differences.json, with our own values beside them.
// After `npm run build`: node docs/peers/make-page.js, or with --check, which only says whether the page is what it would be.
import { readFileSync, writeFileSync } from 'node:fs';
import { ExactEvaluator } from '@auto-seg-loss/formula';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const [cases, { versions, answers }, differences] = ['cases.json', 'answers.json', 'differences.json'].map(read);
const PAGE = new URL('../peers.md', import.meta.url);
const CLOSE = 1e-6;
const IGNORED = 255;

const plugin = async (name) => (await import(`@auto-seg-loss/${name}`)).plugin;
const make = (of, options = {}) => of.create(of.options.parse(options), { baseDir: '.', cacheDir: '.' });

/** What stands for a metric here, by the name that the answers have. */
const EXACT = {
  iou: await plugin('metric-miou'),
  dice: await plugin('metric-dice'),
  nsd: await plugin('metric-nsd'),
};
/** As ask_peers.py asks for it. */
const OPTIONS = { nsd: { tolerance: 2 } };
const REPORTED = {
  hd: await plugin('report-metric-hd'),
  hd95: await plugin('report-metric-hd95'),
  assd: await plugin('report-metric-assd'),
};
const TITLES = {
  iou: 'IoU (`miou`, by class)',
  dice: 'Dice (`dice`, by class)',
  nsd: 'Surface Dice at a tolerance of two pixels (`nsd`)',
  hd: 'Hausdorff distance (`hd`)',
  hd95: '95th percentile of the Hausdorff distance (`hd95`)',
  assd: 'Average symmetric surface distance (`assd`)',
};

const mapOf = (rows) =>
  Uint8Array.from(
    rows.flatMap((row) => [...row]),
    (sign) => (sign === '.' ? IGNORED : Number(sign)),
  );

function ours(metric, { classes, images }) {
  const size = ({ label }) => [label.length, label[0].length];
  if (metric in EXACT) {
    const evaluator = new ExactEvaluator([make(EXACT[metric], OPTIONS[metric])], classes);
    for (const image of images) evaluator.add(mapOf(image.prediction), mapOf(image.label), ...size(image));
    return Object.values(evaluator.result())[0].perClass;
  }
  const reported = make(REPORTED[metric]);
  const measured = images.map((image) => {
    const [height, width] = size(image);
    return reported.measure({ label: mapOf(image.label), prediction: mapOf(image.prediction), height, width, classes });
  });
  return reported.score(measured, classes).perClass;
}

const show = (value) =>
  typeof value === 'number' ? String(Math.round(value * 1e4) / 1e4) : value === null ? 'absent' : value;
const showAll = (values) => (typeof values === 'string' ? values : values.map(show).join(' '));
/** A package's NaN is what is absent here. */
const isSame = (own, other) =>
  own === null ? other === 'nan' : typeof other === 'number' && Math.abs(own - other) <= CLOSE * Math.max(1, own);
const isEqual = (own, other) => Array.isArray(other) && own.every((value, c) => isSame(value, other[c]));

const used = new Set();

/** The number of what explains a difference. */
function reason(metric, peer, name) {
  const found = differences.findIndex(
    (each) =>
      each.metrics.includes(metric) &&
      each.peers.includes(peer) &&
      (each.cases.includes(name) || each.cases.includes('*')),
  );
  if (found < 0) throw new Error(`${metric} of ${peer} differs in "${name}", and nothing says why`);
  used.add(found);
  return found + 1;
}

function table(metric) {
  const known = cases.filter(({ name }) => answers[name][metric] !== undefined);
  const peers = Object.keys(answers[known[0].name][metric]).filter((peer) => peer in versions);
  const rows = known.map((each) => {
    const own = ours(metric, each);
    const cells = peers.map((peer) => {
      const values = answers[each.name][metric][peer];
      return isEqual(own, values) ? '=' : `${showAll(values)} [${reason(metric, peer, each.name)}]`;
    });
    return `| ${[each.name, showAll(own), ...cells].join(' | ')} |`;
  });
  return [
    `## ${TITLES[metric]}`,
    '',
    `| case | here | ${peers.join(' | ')} |`,
    `|${'---|'.repeat(peers.length + 2)}`,
    ...rows,
    '',
  ];
}

const tables = Object.keys(TITLES).flatMap(table);
const unused = differences.findIndex((_, index) => !used.has(index));
if (unused >= 0) throw new Error(`nothing differs by what differences.json says at ${unused}`);

const page = [
  '# Other packages beside this one',
  '',
  `The same small images, scored by ${Object.values(versions).slice(0, -1).join(', ')} and ${Object.values(versions).at(-1)}, and here. Values are by class,`,
  'class 0 first; `=` is equal to 1e-6 in all of them, where NaN is what is absent here. Where packages differ, a number says why, below.',
  '',
  'Made by `docs/peers/make-page.js` of `cases.json` (the images, as text), of `answers.json`, which `ask_peers.py` wrote, and of our own values. A',
  'difference that nothing explains fails it. MetricsReloaded is not on the Python package index, and was not asked.',
  '',
  ...tables,
  '## Why',
  '',
  ...differences.map(({ why }, index) => `${index + 1}. ${why}`),
  '',
  '## The images',
  '',
  '| case | |',
  '|---|---|',
  ...cases.map(({ name, shows }) => `| ${name} | ${shows} |`),
  '',
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(PAGE, 'utf8') !== page)
    throw new Error('docs/peers.md is another: node docs/peers/make-page.js writes it');
} else writeFileSync(PAGE, page);

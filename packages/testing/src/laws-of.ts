import type {
  Constraint,
  Dataset,
  Decoder,
  Metric,
  Plugin,
  PluginContext,
  PluginKind,
  ReportMetric,
  SearcherFactory,
  Surrogate,
} from '@auto-seg-loss/kernel';
import type { Architecture, Loss } from '@auto-seg-loss/ops';
import fc from 'fast-check';
import { constraintLaws } from './constraint/constraint-laws.ts';
import { datasetLaws } from './dataset/dataset-laws.ts';
import { decoderLaws } from './decoder/decoder-laws.ts';
import { type Law, law } from './law/law.ts';
import { lossLaws } from './loss/loss-laws.ts';
import { metricLaws } from './metric/metric-laws.ts';
import { networkLaws } from './network/network-laws.ts';
import { reportMetricLaws } from './report-metric/report-metric-laws.ts';
import { searcherLaws } from './searcher/searcher-laws.ts';
import { surrogateLaws } from './surrogate/surrogate-laws.ts';
import { type FailedChoice, makeVariants, type OptionChoice, optionChoices, type Variant } from './variants.ts';

/** How a plugin is made for its laws. */
export interface LawsOptions {
  /** Options that are given; the others are varied. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whether options that are not given are varied; by default they are. */
  readonly vary?: boolean;
  /** Makes it with options; by default its own `create` does, which is not enough for plugins made of others. */
  readonly make?: (options: Readonly<Record<string, unknown>>) => unknown;
  /** Where relative paths in options start, and where it may cache; the working folder and none by default. */
  readonly context?: PluginContext;
}

/** The laws of a plugin; or why none can be tried. */
export type LawsOf = { readonly laws: readonly Law[] } | { readonly untried: string };

/**
 * All laws of a plugin's kind, on what it makes with its default options and with others. Open an engine before they are
 * checked: losses, networks, and what metrics and surrogates become are computed on tensors.
 *
 *     await openEngine();
 *     const found = await lawsOf(plugin);
 *     if ('laws' in found) for (const law of found.laws) test(law.name, () => law.assert());
 */
export async function lawsOf(plugin: Plugin<PluginKind>, given: LawsOptions = {}): Promise<LawsOf> {
  const { options, vary = true, context = { baseDir: process.cwd(), cacheDir: '' } } = given;
  const all = choicesOf(plugin, options);
  if (all instanceof FailedSchema) return { laws: [optionsLaw([all.choice], [all.choice])] };
  if (all.length === 0) return { untried: 'it has options without a default: give them, or name a config that does' };
  const make = given.make ?? ((made) => plugin.create(plugin.options.parse(made) as never, context));
  const choices = vary ? all : all.slice(0, 1);
  const { variants, failed } = await makeVariants(choices, make);
  return { laws: [optionsLaw(choices, failed), ...(variants.length === 0 ? [] : lawsOfKind(plugin.kind, variants))] };
}

/** A schema that throws in place of saying what is wrong. */
class FailedSchema {
  readonly choice: OptionChoice & FailedChoice;

  constructor(options: Readonly<Record<string, unknown>>, error: unknown) {
    this.choice = { options, changed: options, error };
  }
}

function choicesOf(
  plugin: Plugin<PluginKind>,
  options: Readonly<Record<string, unknown>> | undefined,
): readonly OptionChoice[] | FailedSchema {
  try {
    return optionChoices(plugin, options);
  } catch (error) {
    return new FailedSchema(options ?? {}, error);
  }
}

function optionsLaw(choices: readonly OptionChoice[], failed: readonly FailedChoice[]): Law {
  const tried =
    failed.length === 0 ? choices : choices.filter(({ options }) => failureOf(options, failed) !== undefined);
  return law<OptionChoice>({
    name: 'options',
    statement: 'It can be made with the options that its schema accepts.',
    share: 0.1,
    inputs: fc.constantFrom(...tried),
    show: ({ options }) => JSON.stringify(options),
    holds: ({ options }) => {
      const failure = failureOf(options, failed);
      if (failure !== undefined) throw failure.error;
    },
  });
}

function failureOf(
  options: Readonly<Record<string, unknown>>,
  failed: readonly FailedChoice[],
): FailedChoice | undefined {
  return failed.find((choice) => choice.options === options);
}

function lawsOfKind(kind: PluginKind, variants: readonly Variant<unknown>[]): readonly Law[] {
  switch (kind) {
    case 'metric':
      return metricLaws(variants as readonly Variant<Metric>[]);
    case 'surrogate':
      return surrogateLaws(variants as readonly Variant<Surrogate>[]);
    case 'constraint':
      return constraintLaws(variants as readonly Variant<Constraint>[]);
    case 'searcher':
      return searcherLaws(variants as readonly Variant<SearcherFactory>[]);
    case 'loss':
      return lossLaws(variants as readonly Variant<Loss>[]);
    case 'dataset':
      return datasetLaws(variants as readonly Variant<Dataset>[]);
    case 'network':
      return networkLaws(variants as readonly Variant<Architecture>[]);
    case 'decoder':
      return decoderLaws(variants as readonly Variant<Decoder>[]);
    case 'report-metric':
      return reportMetricLaws(variants as readonly Variant<ReportMetric>[]);
    case 'executor':
      // What it does shows in what a search comes to.
      return [];
  }
}

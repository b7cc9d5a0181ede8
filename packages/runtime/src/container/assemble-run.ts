import type { RunConfig } from '@auto-seg-loss/config';
import { type Metric, Random } from '@auto-seg-loss/kernel';
import { loadPluginSet, type PluginSet, type RunContext, resolvedConfig } from '@auto-seg-loss/plugin-host';
import { container, type DependencyContainer, instancePerContainerCachingFactory } from 'tsyringe';
import { readPriors } from '../prior/read-priors.ts';
import { type TakenPrior, withPrior } from '../prior/taken-prior.ts';
import { namingWeights } from './named-weights.ts';
import { namesApart } from './names-apart.ts';
import { runSpace } from './run-space.ts';
import { startingPoint } from './starting-point.ts';
import { type Parts, part, token } from './tokens.ts';
import { unseenVal } from './unseen-val.ts';

/** A run put together: its parts are made when they are first asked for. */
export interface Run extends Parts {
  /** With every option of every plugin filled in. */
  readonly config: RunConfig;
  readonly plugins: PluginSet;
  readonly context: RunContext;
  /** The source of all randomness of the run; take streams from it by `split`, never numbers. */
  readonly random: Random;
  /** Forgets the parts. */
  dispose(): Promise<void>;
}

/**
 * Puts a run together: loads its plugins, checks all their options, and registers a factory for each part.
 * @param taken what a search that was begun before took of its priors; without it, they are read when the searcher is asked for.
 * @throws AslError with the problems of all plugins.
 */
export async function assembleRun(config: RunConfig, context: RunContext, taken?: readonly TakenPrior[]): Promise<Run> {
  const plugins = await loadPluginSet(config, context);
  const parts = container.createChildContainer();
  const random = Random.fromSeed(config.seed);
  registerPlugins(parts, plugins, context);
  registerDerived(parts, plugins, context, random, config);
  registerPrior(parts, plugins, context, taken ?? config.prior, config);
  return {
    config: resolvedConfig(config, plugins),
    plugins,
    context,
    random,
    get metric() {
      return part(parts, 'metric');
    },
    get searched() {
      return part(parts, 'searched');
    },
    get formula() {
      return part(parts, 'formula');
    },
    get metrics() {
      return part(parts, 'metrics');
    },
    get guards() {
      return part(parts, 'guards');
    },
    get surrogate() {
      return part(parts, 'surrogate');
    },
    get constraints() {
      return part(parts, 'constraints');
    },
    get space() {
      return part(parts, 'space');
    },
    get prior() {
      return part(parts, 'prior');
    },
    get searcher() {
      return part(parts, 'searcher');
    },
    get dataset() {
      return part(parts, 'dataset');
    },
    get executor() {
      return part(parts, 'executor');
    },
    get network() {
      return part(parts, 'network');
    },
    get proxyNetwork() {
      return part(parts, 'proxyNetwork');
    },
    dispose: async () => {
      await parts.dispose();
    },
  };
}

function register<K extends keyof Parts>(
  parts: DependencyContainer,
  name: K,
  make: (parts: DependencyContainer) => Parts[K],
): void {
  parts.register(token(name), { useFactory: instancePerContainerCachingFactory(make) });
}

function registerPlugins(parts: DependencyContainer, plugins: PluginSet, context: RunContext): void {
  register(parts, 'metric', () => plugins.metric.make(context));
  register(parts, 'formula', (at) => plugins.formula?.make(context) ?? part(at, 'metric'));
  register(parts, 'surrogate', () => plugins.surrogate.make(context));
  register(parts, 'dataset', async () => unseenVal(await plugins.dataset.make(context)));
  register(parts, 'executor', () => plugins.executor.make(context));
  const { network, proxyNetwork } = plugins;
  register(parts, 'network', () => namingWeights('network', network.use, () => network.make(context)));
  register(parts, 'proxyNetwork', (at) =>
    proxyNetwork === null
      ? part(at, 'network')
      : namingWeights('proxy.network', proxyNetwork.use, () => proxyNetwork.make(context)),
  );
  register(parts, 'constraints', () => Promise.all(plugins.constraints.map((plugin) => plugin.make(context))));
}

function registerDerived(
  parts: DependencyContainer,
  plugins: PluginSet,
  context: RunContext,
  random: Random,
  config: RunConfig,
): void {
  // Those searched for, the guards, those of reports: guards and reports speak of the same metrics by the same names.
  const named = instancePerContainerCachingFactory(async (at) => {
    const others = [...plugins.metrics.slice(1), ...plugins.guards, ...plugins.reportMetrics];
    return namesApart([
      { use: plugins.metric.use, metric: await part(at, 'metric') },
      ...(await Promise.all(others.map(async ({ use, make }) => ({ use, metric: await make(context) })))),
    ]);
  });
  const searched = Math.max(1, plugins.metrics.length);
  register(parts, 'searched', async (at) => (await named(at)).slice(0, searched));
  register(parts, 'guards', async (at) => (await named(at)).slice(searched, searched + plugins.guards.length));
  register(parts, 'metrics', async (at) => eachNameOnce(await named(at)));
  register(parts, 'space', async (at) => {
    const [formula, surrogate, constraints] = await Promise.all([
      part(at, 'formula'),
      part(at, 'surrogate'),
      part(at, 'constraints'),
    ]);
    const space = runSpace(config, plugins, { formula, surrogate, constraints });
    if (config.start === null) return space;
    const metric = (plugins.formula ?? plugins.metric).use.use;
    return { ...space, start: await startingPoint(config.start, space, { metric, surrogate, constraints, context }) };
  });
  register(parts, 'searcher', async (at) => {
    const factory = await plugins.searcher.make(context);
    const space = withPrior(await part(at, 'space'), await part(at, 'prior'));
    return factory.create(space, random.split('searcher'));
  });
}

/** @param prior as it was taken, or what the config names. */
function registerPrior(
  parts: DependencyContainer,
  plugins: PluginSet,
  context: RunContext,
  prior: readonly TakenPrior[] | readonly string[],
  config: RunConfig,
): void {
  register(parts, 'prior', async (at) => {
    const specs = prior.filter((each) => typeof each === 'string');
    if (specs.length === 0) return prior.filter((each) => typeof each !== 'string');
    const { absent, formula, surrogate, constraints } = resolvedConfig(config, plugins);
    const target = {
      space: await part(at, 'space'),
      formula: (await part(at, 'formula')).name,
      surrogate: await part(at, 'surrogate'),
      uses: { metric: formula ?? plugins.metric.use, surrogate, constraints },
      absent,
    };
    return readPriors(specs, target, context, assembleRun);
  });
}

function eachNameOnce(metrics: readonly Metric[]): readonly Metric[] {
  return metrics.filter(({ name }, index) => metrics.findIndex((other) => other.name === name) === index);
}

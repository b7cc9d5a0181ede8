import { asList, parseValue } from '@auto-seg-loss/config';
import { AslError, type Json, type Plugin } from '@auto-seg-loss/kernel';
import { loadPlugin, optionInfo } from '@auto-seg-loss/plugin-host';
import { didYouMean, inputSchema } from '@auto-seg-loss/schema';
import type { LossTerm } from './loss-part.ts';
import type { LossRequest } from './loss-request.ts';
import { ownTerm, ownUse } from './open-searched-loss.ts';

/** An option of a loss, such as `gamma=3`; of one of several, `focal.gamma=3`. */
export interface LossOption {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Options by name. */
export type SetOptions = Readonly<Record<string, Json>>;

interface Known {
  /** The plugin that has the options: a loss, or the metric of a searched one. */
  readonly use: string;
  readonly plugin: Plugin;
  readonly options: readonly string[];
}

/**
 * For each term the options that are set of it. Whether their values are what the plugins take is checked where these are made.
 * @throws AslError ASL_USAGE for an option that no term has, or that terms of several names have; ASL_NOT_TRUSTED.
 */
export async function optionsOfTerms(
  terms: readonly LossTerm[],
  options: readonly LossOption[],
  request: Pick<LossRequest, 'context' | 'cwd'>,
): Promise<readonly SetOptions[]> {
  const known: Known[] = [];
  for (const term of options.length === 0 ? [] : terms) known.push(await knownOf(term, request));
  const set = terms.map((): Record<string, Json> => ({}));
  for (const option of options) {
    const { owner, name } = readPath(option, known);
    const takers = known.flatMap(({ use, options: has }, index) =>
      (owner === undefined || use === owner) && has.includes(name) ? [index] : [],
    );
    checkTakers(option, takers, known);
    for (const index of takers) {
      const schema = inputSchema((known[index] as Known).plugin.options);
      (set[index] as Record<string, Json>)[name] = asList(schema, [name], option.value, parseValue) as Json;
    }
  }
  return set;
}

async function knownOf({ name, part }: LossTerm, request: Pick<LossRequest, 'context' | 'cwd'>): Promise<Known> {
  // Whose code it is, is asked before it is loaded.
  const [kind, { use }] =
    part.kind === 'plugin'
      ? (['loss', await ownUse(part, request)] as const)
      : (['metric', (await ownTerm(part, request)).term.metric] as const);
  const { plugin } = await loadPlugin(kind, use, request.context, `the loss "${name}"`);
  return {
    use: plugin.name,
    plugin: plugin as Plugin,
    options: optionInfo(plugin.options).map((option) => option.name),
  };
}

function readPath({ path }: LossOption, known: readonly Known[]): { owner: string | undefined; name: string } {
  const [first = '', second, ...more] = path;
  if (second === undefined) return { owner: undefined, name: first };
  if (more.length === 0 && known.some(({ use }) => use === first)) return { owner: first, name: second };
  const owners = [...new Set(known.map(({ use }) => use))];
  throw noOption(path, {
    expected: `the name of an option, or one of ${owners.map((use) => `${use}.OPTION`).join(', ')}`,
    remedy: didYouMean(first, owners),
  });
}

function checkTakers({ path }: LossOption, takers: readonly number[], known: readonly Known[]): void {
  const owners = [...new Set(takers.map((index) => (known[index] as Known).use))];
  if (takers.length > 0 && owners.length === 1) return;
  if (owners.length > 1) {
    throw refused('several parts of the loss have this option', path, {
      expected: `which of them is meant: ${owners.map((use) => `${use}.${path.at(-1)}=…`).join(', ')}`,
    });
  }
  const asked = path.length > 1 ? known.filter(({ use }) => use === path[0]) : known;
  const all = [...new Set(asked.flatMap(({ use, options }) => options.map((option) => `${use}.${option}`)))];
  const names = asked.flatMap(({ options }) => options);
  throw noOption(path, {
    expected: all.length === 0 ? 'nothing: the loss has no options' : `one of ${all.join(', ')}`,
    remedy: didYouMean(path.at(-1) ?? '', names),
  });
}

interface Answer {
  readonly expected: string;
  readonly remedy?: string | undefined;
}

function noOption(path: readonly string[], answer: Answer): AslError {
  return refused('the loss has no such option', path, answer);
}

function refused(message: string, path: readonly string[], { expected, remedy }: Answer): AslError {
  return new AslError('ASL_USAGE', message, {
    where: `--set ${path.join('.')}`,
    expected,
    received: `"${path.join('.')}"`,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

import { AslError, isAslError, type PluginContext, type PluginProducts, type PluginUse } from '@auto-seg-loss/kernel';
import { checkSchema, didYouMean } from '@auto-seg-loss/schema';
import { findPlugin, type GivenPlugins, knownNames } from './given-plugins.ts';

/** The kinds that a loss is made of. Hand-made losses have tensors: none is shipped here, and who needs them gives them. */
type Kind = 'metric' | 'surrogate' | 'constraint' | 'loss';

/** What a kind's plugins make, where the program knows the kind. */
type Product<K extends Kind> = K extends keyof PluginProducts ? PluginProducts[K] : unknown;

/** There is no folder that paths could start in. */
const CONTEXT: PluginContext = { baseDir: '', cacheDir: '' };

/**
 * Makes a plugin by name, with checked options; and so the plugins that it is made of. At once: no file is read.
 * @param where the place that names it, such as `metric in loss.json`, for messages.
 * @throws AslError ASL_PLUGIN_NOT_FOUND with the nearest name and those that are known; ASL_OPTIONS_INVALID with each option;
 *   ASL_PLUGIN_INVALID for one that was given and is none, or is made only later; ASL_PLUGIN_FAILED where its code fails.
 */
export function makePlugin<K extends Kind>(
  kind: K,
  use: PluginUse,
  where: string,
  given: GivenPlugins = [],
): Product<K> {
  const plugin = findPlugin(kind, use.use, given);
  if (plugin === undefined) throw notFound(kind, use.use, where, given);
  const { use: _name, ...written } = use;
  const checked = checkSchema(plugin.options, written, where);
  if ('problems' in checked) {
    throw new AslError('ASL_OPTIONS_INVALID', `the options of the ${kind} "${use.use}" are wrong`, {
      problems: checked.problems,
    });
  }
  const { parts } = plugin;
  const listed = parts && ((checked.value as Readonly<Record<string, unknown>>)[parts.option] as readonly PluginUse[]);
  const made = listed?.map((part, index) => {
    const own = Object.fromEntries(Object.entries(part).filter(([name]) => !parts?.own.includes(name)));
    return makePlugin(kind, own as PluginUse, `${where}, ${parts?.option}[${index}]`, given);
  });
  return productOf<K>(kind, use.use, where, () => plugin.create(checked.value, CONTEXT, made));
}

function productOf<K extends Kind>(kind: K, use: string, where: string, create: () => unknown): Product<K> {
  let product: unknown;
  try {
    product = create();
  } catch (cause) {
    if (isAslError(cause)) throw cause;
    throw new AslError('ASL_PLUGIN_FAILED', `the ${kind} "${use}" failed`, { where, received: String(cause), cause });
  }
  if (typeof product === 'object' && product !== null && !('then' in product)) return product as Product<K>;
  throw new AslError('ASL_PLUGIN_INVALID', `the ${kind} "${use}" is not made at once`, {
    where,
    expected: `a ${kind} from its create`,
    received: typeof product === 'object' && product !== null ? 'a promise of one' : String(product),
  });
}

function notFound(kind: Kind, use: string, where: string, given: GivenPlugins): AslError {
  const known = knownNames(kind, given);
  const near = didYouMean(use, known);
  const key = JSON.stringify(use);
  return new AslError('ASL_PLUGIN_NOT_FOUND', `${kind} ${key} is not known here`, {
    where,
    expected: `one of ${known.join(', ')}`,
    received: key,
    remedy: near ?? `import the plugin and hand it in: { plugins: { ${key}: plugin } }`,
  });
}

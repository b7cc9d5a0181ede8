import { type PluginUse, pluginUse } from '@auto-seg-loss/kernel';
import { isTree } from './merge.ts';
import { PLUGIN_FIELDS } from './run-config.ts';

/** Where a config names a plugin. */
export interface PluginPlace {
  /** `metric`, `constraint`, … */
  readonly kind: string;
  readonly use: PluginUse;
  /** The config path, such as `constraints[0]`. */
  readonly where: string;
}

/** The plugins that a config names, whatever else is wrong with it; what names no plugin is left out. */
export function pluginPlaces(config: Readonly<Record<string, unknown>>): readonly PluginPlace[] {
  const { metrics, formula, constraints, proxy, report, guards, decode, mix, searchSpace } = config;
  return [
    ...PLUGIN_FIELDS.flatMap((field) => placeOf(field, config[field], field)),
    ...placesOf('metric', metrics, 'metrics'),
    ...placeOf('metric', formula, 'formula'),
    ...placesOf('constraint', constraints, 'constraints'),
    ...placeOf('network', isTree(proxy) ? proxy.network : undefined, 'proxy.network'),
    ...placesOf('decoder', Array.isArray(decode) ? decode : [decode], 'decode'),
    ...guardsOf(guards),
    ...placesOf('metric', isTree(report) ? report.metrics : undefined, 'report.metrics'),
    ...placesOf('loss', mix, 'mix'),
    ...placeOf('loss', searchSpace, 'searchSpace'),
  ];
}

function placesOf(kind: string, values: unknown, where: string): readonly PluginPlace[] {
  const list: readonly unknown[] = Array.isArray(values) ? values : [];
  return list.flatMap((value, index) => placeOf(kind, value, `${where}[${index}]`));
}

function guardsOf(values: unknown): readonly PluginPlace[] {
  const list: readonly unknown[] = Array.isArray(values) ? values : [];
  return list.flatMap((value, index) => {
    return placeOf('metric', isTree(value) ? value.metric : undefined, `guards[${index}].metric`);
  });
}

function placeOf(kind: string, value: unknown, where: string): readonly PluginPlace[] {
  const checked = pluginUse.safeParse(value);
  return checked.success ? [{ kind, use: checked.data, where }] : [];
}

import type { PluginKind, PluginUse } from '@auto-seg-loss/kernel';
import { checkPlugin, loadPlugin, type RunContext } from '@auto-seg-loss/plugin-host';
import type { Subject } from './subject.ts';

export interface PluginSubjectOptions {
  readonly kind: PluginKind;
  readonly use: PluginUse;
  readonly target: readonly string[];
  /** Whether options that are not given are varied. */
  readonly vary: boolean;
  readonly context: RunContext;
  /** Where it is named, for messages. */
  readonly where: string;
}

/** A plugin to be verified. @throws AslError as `loadPlugin`. */
export async function pluginSubject(subject: PluginSubjectOptions): Promise<Subject> {
  const { kind, target, vary, context, where } = subject;
  const { use, ...given } = subject.use;
  const { plugin, location } = await loadPlugin(kind, use, context, where);
  const options = Object.keys(given).length === 0 ? undefined : given;
  return {
    kind,
    name: plugin.name,
    target,
    file: location.file,
    options,
    laws: async () => {
      const { lawsOf } = await import('@auto-seg-loss/testing');
      // Checks the given options, all at once and in our words, before the laws are made.
      if (options !== undefined) await checkPlugin({ kind, use: subject.use, where }, context);
      return lawsOf(plugin, {
        ...(options === undefined ? {} : { options }),
        vary,
        // Plugins made of others need the runtime.
        make: async (made) => {
          const whole = { use, ...(made as Omit<PluginUse, 'use'>) };
          return (await checkPlugin({ kind, use: whole, where }, context)).make(context);
        },
      });
    },
  };
}

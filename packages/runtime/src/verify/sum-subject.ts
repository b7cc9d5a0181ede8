import { type LossTerm, resolveLoss } from '@auto-seg-loss/loss-expression';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { lossSubject } from './loss-subject.ts';
import { pluginSubject } from './plugin-subject.ts';
import type { Subject } from './subject.ts';

/** A sum of losses to be verified, and each of its parts. @throws AslError as `resolveLoss`. */
export async function sumSubjects(
  spec: string,
  terms: readonly LossTerm[],
  cwd: string,
  context: RunContext,
): Promise<readonly Subject[]> {
  const { loss, terms: resolved } = await resolveLoss(spec, { context, cwd });
  const sum: Subject = {
    kind: 'loss',
    name: spec,
    target: [spec, '--kind', 'loss'],
    file: undefined,
    options: undefined,
    laws: async () => {
      const { lossSumLaws } = await import('@auto-seg-loss/testing');
      return { laws: lossSumLaws({ loss, terms: resolved }) };
    },
  };
  const parts = terms.map(({ name, part }) =>
    part.kind === 'plugin'
      ? pluginSubject({
          kind: 'loss',
          use: part.use,
          target: [name, '--kind', 'loss'],
          vary: false,
          context,
          where: 'asl verify',
        })
      : lossSubject(name, cwd, context),
  );
  return [sum, ...(await Promise.all(parts))];
}

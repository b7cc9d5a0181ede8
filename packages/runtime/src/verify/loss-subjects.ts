import { resolveLoss } from '@auto-seg-loss/loss-expression';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { lossSubject } from './loss-subject.ts';
import { pluginSubject } from './plugin-subject.ts';
import type { Subject } from './subject.ts';

/**
 * A loss to be verified, which may be a sum, and each of its parts. A loss that counts once and is none is its only part.
 * @throws AslError as `resolveLoss`.
 */
export async function lossSubjects(spec: string, cwd: string, context: RunContext): Promise<readonly Subject[]> {
  const { loss, written, terms } = await resolveLoss(spec, { context, cwd });
  const isSum = terms.length > 1 || terms[0]?.weight !== 1;
  const parts = await Promise.all(
    terms.map(({ name, searched, use }) =>
      searched === undefined
        ? pluginSubject({ kind: 'loss', use, target: [use.use, '--kind', 'loss'], vary: false, context, where: spec })
        : lossSubject(name, [name, ...(isSum ? ['--kind', 'searched loss'] : [])], searched),
    ),
  );
  if (!isSum) return parts;
  const sum: Subject = {
    kind: 'loss',
    name: spec,
    target: [spec, '--kind', 'loss'],
    file: written.length === 1 ? terms.find((term) => term.searched !== undefined)?.searched?.path : undefined,
    options: undefined,
    laws: async () => {
      const { lossSumLaws } = await import('@auto-seg-loss/testing');
      return { laws: lossSumLaws({ loss, terms }) };
    },
  };
  return [sum, ...parts];
}

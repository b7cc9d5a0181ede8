import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { checkSchema } from '@auto-seg-loss/schema';
import { z } from 'zod';
import { type CompareResult, comparedFiles } from '../commands/compare.ts';
import { comparedLosses } from '../commands/compared-losses.ts';
import { type IdentifiedNetwork, TrainingResults } from '../commands/training-results.ts';
import { decodedName } from '../decoding/decoded-name.ts';
import type { ExamplePrediction } from '../jobs/example-predictions.ts';
import { type JsonFields, readSealedJson } from '../run-folder/sealed-json.ts';

/** A comparison as its folder has it. */
export interface ComparisonView extends Pick<CompareResult, 'losses' | 'metrics' | 'classes' | 'coverage'> {
  readonly kind: 'comparison';
  readonly folder: string;
  /** As it was written; what the trainings depend on, where the comparison is not at its end. */
  readonly config: JsonFields;
  /** The engine and all else that trainings depend on beside the config. */
  readonly environment: JsonFields;
  /** Whether it is at its end: else it is of the networks that are trained by now. */
  readonly complete: boolean;
  /** What a network of each loss made of a few val images; missing of networks that were trained before such were kept. */
  readonly examples: readonly LossExamples[];
}

/** Images beside their labels and what a network made of them. */
export interface LossExamples {
  readonly loss: string;
  readonly seed: number;
  readonly pictures: readonly ExamplePrediction[];
}

const nullable = z.number().nullable();
const network = z.discriminatedUnion('status', [
  z.looseObject({
    status: z.literal('complete'),
    loss: z.string(),
    seed: z.number(),
    ms: z.number(),
    metrics: z.record(z.string(), z.looseObject({ value: nullable, perClass: z.array(nullable) })),
    losses: z.array(z.number()),
  }),
  z.looseObject({ status: z.literal('failed'), loss: z.string(), seed: z.number(), ms: z.number(), error: z.string() }),
]);
const comparison = z.looseObject({
  config: z.looseObject({}),
  classes: z.array(z.string()),
  coverage: z
    .looseObject({
      images: z.number(),
      pixels: z.number(),
      ignored: z.number(),
      classes: z.array(z.looseObject({ name: z.string(), present: z.number() })),
    })
    .nullable(),
  losses: z.array(
    z.looseObject({
      loss: z.string(),
      learningRate: z.number(),
      tried: z.array(z.object({ learningRate: z.number(), value: nullable })),
      networks: z.array(network),
      metrics: z.record(z.string(), z.object({ mean: nullable, deviation: nullable, values: z.array(nullable) })),
      searched: z
        .looseObject({
          metric: z.string(),
          over: z.string(),
          lead: z.number(),
          interval: z.tuple([z.number(), z.number()]).nullable(),
        })
        .optional(),
    }),
  ),
});

/** @throws AslError ASL_STATE_CORRUPT for a compare.json, or a basis of its trainings, that is damaged. */
export async function lookAtComparison(folder: string): Promise<ComparisonView> {
  const place = comparedFiles(folder);
  const basis = await readSealedJson(join(place.trainings, 'basis.json'));
  if (basis === 'damaged')
    throw damaged(join(place.trainings, 'basis.json'), 'content that does not match its SHA-256');
  const environment = (basis?.environment ?? {}) as JsonFields;
  const written = await readComparison(place.report);
  // What is kept is claimed already: nothing is written.
  const results = basis === undefined ? undefined : await TrainingResults.open(place, { basis }, { discard: () => {} });
  const kept = (await results?.all()) ?? [];
  if (written !== undefined) {
    const examples = await examplesOf(results, kept, written.losses);
    return { kind: 'comparison', folder, environment, complete: true, ...written, examples };
  }
  if (basis === undefined) throw damaged(place.report, 'nothing');
  const metrics = (basis.metrics as unknown as readonly { readonly name: string }[]).map(({ name }) => name);
  const losses = comparedLosses([], kept, metrics).map((row) => ({ ...row, earlier: false }));
  const [first] = kept.flatMap(({ network }) => (network.status === 'complete' ? [network] : []));
  const classes = first?.coverage.classes.map(({ name }) => name) ?? [];
  return {
    kind: 'comparison',
    folder,
    environment,
    complete: false,
    config: basis,
    losses,
    metrics,
    classes,
    coverage: first?.coverage ?? null,
    examples: await examplesOf(results, kept, losses),
  };
}

/** Of the losses that are compared, in their order. */
async function examplesOf(
  results: TrainingResults | undefined,
  kept: readonly IdentifiedNetwork[],
  losses: readonly { readonly loss: string; readonly learningRate: number }[],
): Promise<readonly LossExamples[]> {
  const all = await Promise.all(
    losses.map(async ({ loss, learningRate }) => {
      const own = kept.filter(
        ({ identity, network: made }) =>
          identity.scoredOn === 'val' && decodedName(made) === loss && made.learningRate === learningRate,
      );
      const made = own.map(async ({ identity }) => {
        const pictures = (await results?.picturesOf(identity)) ?? [];
        return { loss, seed: identity.seed, pictures };
      });
      return (await Promise.all(made)).find(({ pictures }) => pictures.length > 0);
    }),
  );
  return all.filter((one) => one !== undefined);
}

type Written = Pick<ComparisonView, 'config' | 'losses' | 'metrics' | 'classes' | 'coverage'>;

/** @returns undefined where there is none. */
async function readComparison(path: string): Promise<Written | undefined> {
  let read: unknown;
  try {
    read = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(path, error.message);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const checked = checkSchema(comparison, read);
  if ('problems' in checked) {
    const [first] = checked.problems;
    throw damaged(path, `${first?.where}: ${first?.received}`);
  }
  const { losses, classes, coverage, config } = read as Written;
  const metrics = [...new Set(losses.flatMap((row) => Object.keys(row.metrics)))];
  return { config, losses, metrics, classes, coverage };
}

function damaged(path: string, received: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'a comparison cannot be read', {
    where: path,
    expected: 'a file as asl compare --out writes it',
    received,
    remedy: 'restore it; or call asl compare again with the same --out: what was trained is not trained again',
  });
}

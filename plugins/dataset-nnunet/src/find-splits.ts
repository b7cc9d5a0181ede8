import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Pair } from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';
import { rejectLeak, takeVal } from '@auto-seg-loss/samples';
import { z } from 'zod';
import type { Case } from './case.ts';
import { readJson } from './dataset-json.ts';
import type { NnunetOptions } from './options.ts';

/** The cases of either part. */
export interface CaseSplits {
  readonly train: readonly Case[];
  /** Without cases where there is none. */
  readonly val: readonly Case[];
  /** What was decided on the way, in sentences. */
  readonly notes: readonly string[];
}

/** Share of the cases that becomes val where no file divides them: nnU-Net makes five folds. */
const VAL_FRACTION = 0.2;

const name = z.string().min(1);
const schema = z.array(z.looseObject({ train: z.array(name).min(1), val: z.array(name).min(1) })).min(1);

/**
 * Divides the cases as splits_final.json says, or, without it, takes a fifth of them off for val.
 * @throws AslError ASL_DATA_MISSING for a case that is not there, or a fold without the file; ASL_DATA_INVALID for a file that is
 *   none of splits; ASL_OPTIONS_INVALID for a fold that it does not have; ASL_CONFIG_LEAK for an image in both parts.
 */
export async function findSplits(root: string, cases: readonly Case[], options: NnunetOptions): Promise<CaseSplits> {
  const { fold, splits } = options;
  if (fold === 'all') return { train: cases, val: [], notes: [] };
  const file = resolve(root, splits);
  const there = (await stat(file).catch(() => undefined)) !== undefined;
  if (!there && fold === undefined && splits === 'splits_final.json') return withoutFile(cases);
  const parts = await readSplits(file, fold ?? 0);
  const byId = new Map(cases.map((each) => [each.id, each]));
  const [train, val] = [parts.train, parts.val].map((ids) =>
    ids.map((id) => {
      const found = byId.get(id);
      if (found === undefined) throw noCase(id, file, cases);
      return found;
    }),
  ) as [Case[], Case[]];
  await rejectLeak(train.map(pairOf(file)), val.map(pairOf(file)), {});
  const left = cases.length - train.length - val.length;
  const notes =
    left === 0 ? [] : [`${left} of ${cases.length} cases are in neither part of fold ${fold ?? 0}: left out`];
  return { train, val, notes };
}

async function withoutFile(cases: readonly Case[]): Promise<CaseSplits> {
  const { train, val } = await takeVal(cases.map(pairOf('imagesTr')), VAL_FRACTION);
  const byId = new Map(cases.map((each) => [each.id, each]));
  const chosen = (pairs: readonly Pair[]): Case[] => pairs.flatMap(({ id }) => byId.get(id) ?? []);
  return {
    train: chosen(train),
    val: chosen(val),
    notes: [`there is no splits_final.json: ${val.length} of ${cases.length} cases were taken off for val`],
  };
}

const pairOf =
  (origin: string) =>
  ({ id, images, label }: Case): Pair => ({ id, image: images[0], label, mask: undefined, origin: `${origin}: ${id}` });

async function readSplits(
  file: string,
  fold: number,
): Promise<{ readonly train: readonly string[]; readonly val: readonly string[] }> {
  const json = await readJson(file, {
    expected: "nnU-Net's splits_final.json",
    remedy:
      'name it with dataset.splits, or leave dataset.fold and dataset.splits out: a fifth of the cases is val then',
  });
  const found = schema.safeParse(json);
  if (!found.success) {
    const [issue] = found.error.issues;
    throw new AslError('ASL_DATA_INVALID', 'a file of splits cannot be understood', {
      where: file,
      expected: 'a list of folds, {"train": ["CASE", …], "val": ["CASE", …]}',
      received: `${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
    });
  }
  const splits = found.data[fold];
  if (splits === undefined)
    throw new AslError('ASL_OPTIONS_INVALID', 'a fold is not there', {
      where: 'dataset.fold',
      expected: `a fold of ${file}, which has ${found.data.length}, counted from 0; or "all"`,
      received: String(fold),
    });
  for (const part of ['train', 'val'] as const) {
    const twice = splits[part].find((id, index) => splits[part].indexOf(id) !== index);
    if (twice === undefined) continue;
    throw new AslError('ASL_DATA_INVALID', 'a case is named twice in one part of a fold', {
      where: `${file}: fold ${fold}, ${part}`,
      expected: 'each case once',
      received: twice,
      remedy: 'remove one of the two',
    });
  }
  return splits;
}

function noCase(id: string, file: string, cases: readonly Case[]): AslError {
  return new AslError('ASL_DATA_MISSING', 'a file of splits names a case that is not there', {
    where: file,
    expected: `${id} in imagesTr and labelsTr`,
    received: `${cases.length} others, such as ${cases[0]?.id}`,
    remedy: 'check that the data arrived whole, and that the splits are those of this data set',
  });
}

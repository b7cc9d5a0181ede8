import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelReading } from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';
import { readingBy } from '@auto-seg-loss/samples';
import { z } from 'zod';

/** What dataset.json says. */
export interface Description {
  /** Names of the channels in their order: "MRI", "CT", "R". */
  readonly channels: readonly string[];
  /** Ending of all files, with its dot: ".nii.gz". */
  readonly ending: string;
  readonly labels: LabelReading;
}

const schema = z.looseObject({
  channel_names: z.record(z.string().regex(/^\d+$/), z.string()).refine((names) => Object.keys(names).length > 0),
  file_ending: z.string().regex(/^\.\S+$/),
});

const FIRST_VERSION = z.looseObject({ modality: z.record(z.string(), z.unknown()) });

/**
 * Reads a data set's dataset.json.
 * @param root absolute path of the folder that holds it.
 * @throws AslError ASL_DATA_MISSING where it is not there; ASL_DATA_INVALID for one that cannot be understood, of nnU-Net's first
 *   version, or whose labels are regions.
 */
export async function readDescription(root: string): Promise<Description> {
  const file = join(root, 'dataset.json');
  const json = await readJson(file, {
    expected: 'dataset.json, imagesTr and labelsTr',
    remedy: 'name the folder of one data set, such as Dataset004_Hippocampus, as dataset.root',
  });
  const found = schema.safeParse(json);
  if (!found.success) {
    const [issue] = found.error.issues;
    const first = FIRST_VERSION.safeParse(json).success;
    throw new AslError('ASL_DATA_INVALID', "a dataset.json is not nnU-Net's of version 2", {
      where: file,
      expected: '"channel_names" from "0" on, "labels" from name to value, and "file_ending", such as ".nii.gz"',
      received: first
        ? '"modality", as version 1 has it'
        : `${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
      remedy: first ? 'convert the data set: nnUNetv2_convert_old_nnUNet_dataset' : 'correct dataset.json',
    });
  }
  const { channel_names, file_ending } = found.data;
  const channels = Object.keys(channel_names)
    .map(Number)
    .sort((a, b) => a - b)
    .map((channel) => channel_names[String(channel)] ?? '');
  return { channels, ending: file_ending, labels: await readingBy(file) };
}

/**
 * A JSON file's content.
 * @param missing what to say where there is no such file.
 * @throws AslError ASL_DATA_MISSING, or ASL_DATA_INVALID for what is no JSON.
 */
export async function readJson(
  file: string,
  missing: { readonly expected: string; readonly remedy: string },
): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AslError('ASL_DATA_MISSING', "a file of nnU-Net's layout was not found or cannot be read", {
      where: file,
      received: cause.code === 'ENOENT' ? 'nothing there' : cause.message,
      cause,
      ...missing,
    });
  });
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AslError('ASL_DATA_INVALID', "a file of nnU-Net's layout is no JSON", {
      where: file,
      expected: 'JSON',
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'correct the file, or copy it again from the source',
      cause,
    });
  }
}

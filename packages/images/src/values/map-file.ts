import { readFile, stat } from 'node:fs/promises';
import { AslError } from '@auto-seg-loss/kernel';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Color } from './label-options.ts';

/** What a file says of label values. */
export type MapFile =
  /** A JSON object from value to class. */
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, number | string>> }
  /** nnU-Net's dataset.json. */
  | {
      readonly kind: 'nnunet';
      readonly classes: readonly string[];
      readonly targets: ReadonlyMap<number, number>;
      readonly ignored: readonly number[];
    }
  /** A class_dict.csv. */
  | { readonly kind: 'colors'; readonly colors: readonly { readonly name: string; readonly color: Color }[] };

/** Far above any table of classes. */
const MAXIMUM_BYTES = 2 ** 20;

/**
 * Reads a file that says what label values mean.
 * @param where the option that names it.
 * @throws AslError ASL_DATA_MISSING where there is no such file; ASL_DATA_INVALID naming what in it cannot be understood.
 */
export async function readMapFile(file: string, where: string): Promise<MapFile> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new AslError('ASL_DATA_MISSING', 'a file of label values was not found', {
      where,
      expected: `a JSON or CSV file at ${file}`,
      received: found === undefined ? 'nothing there' : 'no file',
      remedy: 'correct the path, or name a preset',
    });
  }
  if (found.size > MAXIMUM_BYTES) throw invalid(file, `at most ${MAXIMUM_BYTES} bytes`, `${found.size}`);
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  return /\.csv$/i.test(file) ? readColors(text, file) : readJson(text, file);
}

const csvRow = z.object({
  name: z.string().trim().min(1),
  r: z.coerce.number().int().min(0).max(255),
  g: z.coerce.number().int().min(0).max(255),
  b: z.coerce.number().int().min(0).max(255),
});

function readColors(text: string, file: string): MapFile {
  let rows: readonly Readonly<Record<string, string>>[];
  try {
    rows = parse(text, {
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      trim: true,
      skip_empty_lines: true,
    }) as readonly Readonly<Record<string, string>>[];
  } catch (cause) {
    throw invalid(file, 'lines name,r,g,b', cause instanceof Error ? cause.message : String(cause), cause);
  }
  const colors = rows.map((row, index) => {
    const checked = csvRow.safeParse(row);
    if (!checked.success) {
      throw invalid(
        file,
        'a header name,r,g,b and lines of a name and three numbers from 0 to 255',
        `line ${index + 2}: ${JSON.stringify(row)}`,
      );
    }
    const { name, r, g, b } = checked.data;
    return { name, color: [r, g, b] as const };
  });
  if (colors.length === 0) throw invalid(file, 'lines name,r,g,b', 'no line');
  return { kind: 'colors', colors };
}

const className = z.union([z.int().min(0).max(254), z.string().min(1)]);
const valuesSchema = z.record(z.string().regex(/^-?\d+$/), className);
const nnunetSchema = z.looseObject({
  labels: z.record(z.string().min(1), z.union([z.int().min(0), z.array(z.int())])),
});

function readJson(text: string, file: string): MapFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(
      file,
      'JSON, or a file of the ending .csv',
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
  const nnunet = nnunetSchema.safeParse(json);
  if (nnunet.success) return readNnunet(nnunet.data.labels, file);
  const values = valuesSchema.safeParse(json);
  if (values.success && Object.keys(values.data).length > 0) return { kind: 'values', values: values.data };
  throw invalid(
    file,
    'an object from label value to class ({"7": 0, "8": "road", "255": "ignore"}), or nnU-Net\'s dataset.json with its "labels"',
    text.length > 200 ? `${text.slice(0, 200)}…` : text,
  );
}

/** `labels` go from name to value; "ignore" is the value that does not count. Values may leave gaps: classes do not. */
function readNnunet(labels: Readonly<Record<string, number | readonly number[]>>, file: string): MapFile {
  const regions = Object.entries(labels).filter(([name, value]) => Array.isArray(value) && name !== 'ignore');
  if (regions.length > 0) {
    throw invalid(
      file,
      'a value for each label: regions overlap, and a pixel has one class here',
      `"${regions[0]?.[0]}": ${JSON.stringify(regions[0]?.[1])}`,
    );
  }
  const single = Object.entries(labels).map(([name, value]) => ({ name, value: Number(value) }));
  const ignored = single.filter(({ name }) => name === 'ignore').map(({ value }) => value);
  const classes = single.filter(({ name }) => name !== 'ignore').sort((a, b) => a.value - b.value);
  const twice = single.find(({ value }, index) => single.findIndex((other) => other.value === value) !== index);
  if (twice !== undefined)
    throw invalid(file, 'a value of its own for each label', `"${twice.name}": ${twice.value} is another label's too`);
  if (classes.length === 0) throw invalid(file, 'at least one class', 'none');
  return {
    kind: 'nnunet',
    classes: classes.map(({ name }) => name),
    targets: new Map(classes.map(({ value }, index) => [value, index])),
    ignored,
  };
}

function invalid(file: string, expected: string, received: string, cause?: unknown): AslError {
  return new AslError('ASL_DATA_INVALID', 'a file of label values cannot be understood', {
    where: file,
    expected,
    received,
    ...(cause === undefined ? {} : { cause }),
  });
}

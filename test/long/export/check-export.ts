import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import { evaluateLoss } from '../../../packages/testing/src/tensors/loss-gradient.ts';
import type { ExportCase } from './cases.ts';
import { type Defined, defineLoss } from './definition.ts';

/** A loss's value and its gradient by the logits, [n, h, w, c]. */
type Answer = readonly [value: number, gradient: readonly number[]];

/** A case that an exported file gets wrong. */
export interface Wrong {
  readonly title: string;
  readonly kind: 'float64' | 'float32';
  readonly value: number;
  /** The largest difference, as a share of the largest entry. */
  readonly gradient: number;
}

/** What a value and a gradient may be off. */
const LIMITS = {
  float64: { value: 1e-9, gradient: 1e-7 },
  float32: { value: 1e-5, gradient: 1e-3 },
} as const;
/** Smaller gradients are compared as if their largest entry were this: what is left of saturated softmax outputs is rounding. */
const SMALLEST = 1e-8;

/** An exported file's script, and how to write the file. */
export interface Framework {
  readonly python: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The class ExportedLoss, or the function exported_loss. */
  readonly source: (each: ExportCase) => string;
}

/**
 * Writes and runs the file of each case: in float64 beside the definition, in float32 beside our kernels; needs an open engine.
 * @param folder what is written goes there.
 * @throws Error with what the script printed, where it fails
 */
export function wrongCases(cases: readonly ExportCase[], framework: Framework, folder: string): readonly Wrong[] {
  mkdirSync(folder, { recursive: true });
  const written = cases.map((each, index) => {
    const file = `case_${index}.py`;
    writeFileSync(join(folder, file), framework.source(each));
    const { pictures } = each.album;
    const { height, width } = pictures[0] as (typeof pictures)[number];
    const labels = pictures.flatMap(({ label }) => [...label]);
    return { file, shape: [pictures.length, height, width, each.classes], logits: [...each.logits], labels };
  });
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(written));
  const script = fileURLToPath(new URL(framework.script, import.meta.url));
  const { status, stdout, stderr } = spawnSync(framework.python, [script, folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...framework.env },
  });
  if (status !== 0) throw new Error(`${framework.script} failed:\n${stderr}`);
  const answers = JSON.parse(stdout.replaceAll('NaN', 'null')) as readonly (readonly [Answer, Answer])[];
  return cases.flatMap((each, index) => {
    const [double, single] = answers[index] as readonly [Answer, Answer];
    const { metric, curves, album, logits, absent, title } = each;
    const { pictures } = album;
    const { height, width } = pictures[0] as (typeof pictures)[number];
    const kernels = evaluateLoss(relaxedLoss(metric, curves, { absent }), {
      shape: [pictures.length, height, width, album.classes],
      logits: Float32Array.from(logits),
      labels: Int32Array.from(pictures.flatMap(({ label }) => [...label])),
    });
    const defined = defineLoss(metric, curves, album, logits, absent);
    return [compared(title, 'float64', double, defined), compared(title, 'float32', single, kernels)].filter(
      ({ kind, value, gradient }) =>
        !(
          value <= LIMITS[kind].value &&
          (gradient <= LIMITS[kind].gradient || (each.tied && Number.isFinite(gradient)))
        ),
    );
  });
}

/** @param expected of the definition or of our kernels. */
export function compared(
  title: string,
  kind: Wrong['kind'],
  [value, gradient]: Answer,
  expected: Defined | { readonly value: number; readonly gradient: Float32Array },
): Wrong {
  const largest = Math.max(SMALLEST, ...Array.from(expected.gradient, Math.abs));
  // What JSON has no number for is null.
  const off = (a: number | null | undefined, b: number): number => Math.abs((a ?? Number.NaN) - b);
  const differences = Array.from(expected.gradient, (slope, i) => off(gradient[i], slope) / largest);
  return { title, kind, value: off(value, expected.value), gradient: Math.max(...differences) };
}

import { z } from 'zod';

/** What losses made of per-class sums have in common. */
export interface RegionOptions {
  /** present: classes that the label holds. all: absent ones too, which `smooth` makes fall with their false positives. */
  readonly classes: 'present' | 'all';
  /** What sums are taken over, before they are divided. */
  readonly per: 'batch' | 'image';
  /** Added to numerator and denominator. */
  readonly smooth: number;
  /** -log(score) in place of 1 - score. */
  readonly log: boolean;
  /** A factor for each class's term of the mean. */
  readonly classWeights?: readonly number[] | undefined;
}

type Fields<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

const regionFields: Fields<RegionOptions> = {
  classes: z
    .enum(['present', 'all'])
    .default('present')
    .describe('Classes that the mean counts: those that the label holds, or all.'),
  per: z
    .enum(['batch', 'image'])
    .default('batch')
    .describe(
      'What pixels are summed over before dividing: the whole batch, or each image, and then the mean of images.',
    ),
  smooth: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Added to numerator and denominator. Above 0 where all classes count: the score of an absent class is smooth / (false positives + smooth).',
    ),
  log: z.boolean().default(false).describe('-log(score) in place of 1 - score.'),
  classWeights: classWeights('A factor for each class, in the mean over classes.'),
};

/** Weights of the classes, each 0 or above and one of them above; undefined where left out. */
export function classWeights(description: string): z.ZodType<readonly number[] | undefined> {
  return z
    .array(z.number().min(0))
    .min(1)
    .refine((weights) => weights.some((weight) => weight > 0), 'at least one weight above 0')
    .optional()
    .describe(description);
}

/**
 * Options of a region loss.
 * @param fields those of its own.
 */
export function regionOptions<Own = unknown>(fields: Fields<Own>): z.ZodType<RegionOptions & Own> {
  const schema = z.strictObject({ ...regionFields, ...fields }).refine(absentIsSmoothed, {
    path: ['smooth'],
    message: 'above 0 where "classes" is "all": without it an absent class scores 0 however little of it is predicted',
  });
  return schema as unknown as z.ZodType<RegionOptions & Own>;
}

function absentIsSmoothed(options: object): boolean {
  const { classes, smooth } = options as RegionOptions;
  return classes === 'present' || smooth > 0;
}

import type { Color, LabelReading } from '@auto-seg-loss/images';
import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { nearestName } from '@auto-seg-loss/schema';
import { z } from 'zod';

/** Names are the same however their words are joined: VOC's files say "diningtable" and "tvmonitor". */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function indexOf(name: string, classes: readonly string[]): number {
  return classes.findIndex((each) => plain(each) === plain(name));
}

function expectedName(name: string, classes: readonly string[]): string {
  const nearest = nearestName(name, classes);
  return nearest === undefined ? `one of: ${classes.join(', ')}` : `the name of a class: did you mean "${nearest}"?`;
}

/** The option that keeps some of a data set's classes. @param classes all of them. */
export function classesOption(classes: readonly string[]): z.ZodType<readonly string[]> {
  return z
    .array(z.string().min(1))
    .min(1)
    .check((context) => {
      const names = context.value;
      const problem = (index: number, message: string): void => {
        context.issues.push({ code: 'custom', path: [index], message, input: names[index] });
      };
      for (const [position, name] of names.entries()) {
        const index = indexOf(name, classes);
        if (index < 0) problem(position, expectedName(name, classes));
        else if (names.findIndex((other) => indexOf(other, classes) === index) < position)
          problem(position, `each class once, and "${classes[index]}" is there already`);
      }
    })
    .describe(
      `The classes that count, in the order of their indices, of: ${classes.join(', ')}. Pixels of others are ignored. All by default.`,
    );
}

/** What is kept of a data set's classes. */
export interface KeptClasses {
  readonly labels: LabelReading;
  readonly colors: readonly Color[] | undefined;
}

/**
 * The reading under which only some classes count: they get the indices of their place in `names`, the pixels of all others are
 * ignored.
 * @param colors of all classes.
 * @param names that `classesOption` has accepted; undefined for all.
 */
export function keepClasses(
  labels: LabelReading,
  colors: readonly Color[] | undefined,
  names: readonly string[] | undefined,
): KeptClasses {
  if (names === undefined) return { labels, colors };
  const kept = names.map((name) => indexOf(name, labels.classes));
  const target = (index: number): number => {
    const place = kept.indexOf(index);
    return place < 0 ? IGNORE_LABEL : place;
  };
  const pick = <T>(all: readonly T[]): T[] => kept.flatMap((index) => all.slice(index, index + 1));
  return {
    labels: {
      ...labels,
      classes: pick(labels.classes),
      targets: new Map([...labels.targets].map(([value, index]) => [value, target(index)])),
    },
    colors: colors === undefined ? undefined : pick(colors),
  };
}

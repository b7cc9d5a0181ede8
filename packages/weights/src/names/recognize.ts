import type { StateDict } from '../state-dict.ts';
import type { Layout, Naming } from './layout.ts';
import { LAYOUTS } from './layouts.ts';
import { type Matched, matchNames, namingsOf } from './name-report.ts';

/** More could only be made up. */
const MOST_PREFIXES = 8;
/** A file looks like a backbone where it has more of its tensors than not. */
const LEAST_SHARE = 0.5;

/** The backbone that a file's tensors are most like, in which names; undefined where they are like none. */
export function recognizeBackbone(stateDict: StateDict): Matched | undefined {
  const best = bestOf(LAYOUTS.map((layout) => matchLayout(stateDict, layout)));
  return best !== undefined && shareTaken(best) >= LEAST_SHARE ? best : undefined;
}

/** A file's tensors as those of one backbone, in the naming and after the prefix that fit best. */
export function matchLayout(stateDict: StateDict, layout: Layout): Matched {
  const [first = 'torchvision', ...others] = namingsOf(layout);
  let best = { naming: first, prefix: '', found: 0 };
  for (const naming of [first, ...others]) {
    for (const prefix of prefixesOf(stateDict, layout, naming)) {
      const found = countFound(stateDict, layout, naming, prefix);
      if (found > best.found) best = { naming, prefix, found };
    }
  }
  return matchNames(stateDict, layout, best.naming, best.prefix);
}

/** What stands before the names of a network's first and middle tensors, wherever these are; the shortest first. */
function prefixesOf(stateDict: StateDict, { tensors }: Layout, naming: Naming): readonly string[] {
  const landmarks = [tensors[0], tensors[Math.floor(tensors.length / 2)]].map((tensor) => tensor?.names[naming] ?? '');
  const prefixes = landmarks.flatMap((landmark) =>
    [...stateDict.keys()].flatMap((name) =>
      name === landmark || name.endsWith(`.${landmark}`) ? [name.slice(0, name.length - landmark.length)] : [],
    ),
  );
  return [...new Set(prefixes)].sort((a, b) => a.length - b.length).slice(0, MOST_PREFIXES);
}

function countFound(stateDict: StateDict, { tensors }: Layout, naming: Naming, prefix: string): number {
  return tensors.filter(({ name, names }) => stateDict.has(`${prefix}${names[naming] ?? name}`)).length;
}

function bestOf(matches: readonly Matched[]): Matched | undefined {
  let best: Matched | undefined;
  for (const match of matches) if (best === undefined || likeness(match) > likeness(best)) best = match;
  return best;
}

/** How much of both, of the backbone and of what might be one in the file, is the same (Dice's coefficient). */
export function likeness({ report: { taken, missing, mismatched, leftOver } }: Matched): number {
  const unknown = leftOver.filter(({ kind }) => kind === 'within' || kind === 'unknown').length;
  const apart = missing.length + 2 * mismatched.length + unknown;
  return taken.length === 0 ? 0 : (2 * taken.length) / (2 * taken.length + apart);
}

function shareTaken({ report: { taken, missing, mismatched } }: Matched): number {
  return taken.length / (taken.length + missing.length + mismatched.length);
}

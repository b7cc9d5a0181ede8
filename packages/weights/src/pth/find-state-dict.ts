import type { Fault, Refuse } from '../refusal.ts';
import { Dict, type PickleValue, Tensor } from './pickle/values.ts';

/** The tensors of a saved object by name, and what was left out on the way. */
export interface FoundTensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly notes: readonly string[];
}

/** Where checkpoints keep the state dict; averaged weights first, as timm takes them. */
const WITHIN = ['state_dict_ema', 'model_ema', 'state_dict', 'model'];
const MOST_LEVELS = 3;

/** @throws the error that `refuse` makes, where there are no tensors. */
export function findStateDict(root: PickleValue, refuse: Refuse): FoundTensors {
  const notes: string[] = [];
  let dict = root instanceof Dict ? root : undefined;
  for (let level = 0; level < MOST_LEVELS && dict !== undefined; level++) {
    const within: ReadonlyMap<PickleValue, PickleValue> = dict.entries;
    const [key, ...others] = WITHIN.filter((name) => within.get(name) instanceof Dict);
    if (key === undefined) break;
    const beside = others.length === 0 ? '' : `; "${others.join('", "')}" is there too`;
    notes.push(`the tensors are those of "${key}"${beside}`);
    const inner = within.get(key);
    dict = inner instanceof Dict ? inner : undefined;
  }
  const entries = [...(dict?.entries ?? [])];
  const tensors = new Map<string, Tensor>();
  const others: string[] = [];
  for (const [name, value] of entries) {
    if (typeof name === 'string' && value instanceof Tensor) tensors.set(name, value);
    else others.push(typeof name === 'string' ? name.slice(0, LONGEST) : 'a key that is no text');
  }
  if (tensors.size === 0) throw refuse(noTensors(root, dict));
  if (others.length > 0) notes.push(`left out, since they are no tensors by name: ${someOf(others)}`);
  return { tensors, notes };
}

function noTensors(root: PickleValue, dict: Dict | undefined): Fault {
  const keys = [...(dict?.entries.keys() ?? [])].filter((name) => typeof name === 'string');
  const names = keys.map((name) => name.slice(0, LONGEST));
  return {
    expected: 'tensors by name, in a dict or in its "state_dict" or "model"',
    received: root instanceof Tensor ? 'one tensor' : dict === undefined ? 'no dict' : `a dict of: ${someOf(names)}`,
    remedy: 'save the state dict of the network alone: torch.save(network.state_dict(), FILE)',
  };
}

const SHOWN = 5;
/** Of a name that is shown. */
const LONGEST = 100;

function someOf(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}

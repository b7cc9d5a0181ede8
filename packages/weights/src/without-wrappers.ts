/** What PyTorch puts before every name of a network that was wrapped. */
const WRAPPERS: Readonly<Record<string, string>> = {
  'module.': '(Distributed)DataParallel',
  '_orig_mod.': 'torch.compile',
};

/** Names without what a wrapper put before all of them, and a note of each that was taken off. */
export function withoutWrappers<T>(tensors: ReadonlyMap<string, T>): {
  readonly tensors: ReadonlyMap<string, T>;
  readonly notes: readonly string[];
} {
  const names = [...tensors.keys()];
  for (const [prefix, wrapper] of Object.entries(WRAPPERS)) {
    if (names.length === 0 || !names.every((name) => name.startsWith(prefix))) continue;
    const inner = withoutWrappers(new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])));
    const note = `"${prefix}" was taken off every name: the network was wrapped by ${wrapper}`;
    return { tensors: inner.tensors, notes: [note, ...inner.notes] };
  }
  return { tensors, notes: [] };
}

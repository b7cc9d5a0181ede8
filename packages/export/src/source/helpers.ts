import type { Helper } from './syntax.ts';

/** The text of a helper in some framework, and which others it calls. */
export interface HelperSource {
  readonly text: string;
  readonly needs?: readonly Helper[];
}

/** The helpers that a file needs, each before those that call it, in the order of the table. */
export function helperTexts(
  table: Readonly<Record<Helper, HelperSource>>,
  used: ReadonlySet<Helper>,
): readonly string[] {
  const all = new Set<Helper>();
  const add = (helper: Helper): void => {
    if (all.has(helper)) return;
    all.add(helper);
    for (const other of table[helper].needs ?? []) add(other);
  };
  for (const helper of used) add(helper);
  return (Object.keys(table) as Helper[]).filter((helper) => all.has(helper)).map((helper) => table[helper].text);
}

const PLANAR: readonly Helper[] = ['erode', 'dilate', 'disc', 'erode disc', 'dilate disc', 'edge', 'pixels'];

/** Whether a formula looks at the pixels around a pixel, which is defined in two dimensions. */
export function isPlanar(used: ReadonlySet<Helper>): boolean {
  return PLANAR.some((helper) => used.has(helper));
}

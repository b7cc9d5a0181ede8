import { isAbsolute } from 'node:path';

/** Whether the `use` of a plugin is a path, not a name. */
export function isPath(use: string): boolean {
  return use === '.' || use === '..' || /^\.{1,2}[/\\]/.test(use) || isAbsolute(use);
}

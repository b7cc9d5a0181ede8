import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Entry {
  readonly resolved?: string;
  readonly link?: true;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Entry>> };

describe('package-lock.json', () => {
  // `npm ci` refuses a lockfile without them. npm leaves out those that a registry did not offer when it was written.
  test('holds the optional packages of all platforms', () => {
    const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !Object.keys(packages).some(
            (path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
          ),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('names no registry', () => {
    const resolved = Object.values(packages).filter((entry) => entry.link !== true && entry.resolved !== undefined);
    expect(resolved).toEqual([]);
  });
});

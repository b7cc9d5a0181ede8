import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Entry {
  readonly resolved?: string;
  readonly link?: true;
  readonly hasInstallScript?: true;
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

  // Whoever installs the packages runs these, or does not, as npm is set. tfjs-node's is left out when the engine is packed;
  // core-js's prints a greeting, and cannot fail. msgpackr-extract's looks for a binary that another package brings; msgpackr does
  // without it.
  test('needs no install script', () => {
    const scripts = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript === true);
    expect(scripts).toEqual([
      'node_modules/@tensorflow/tfjs-node-gpu',
      'node_modules/core-js',
      'node_modules/msgpackr-extract',
    ]);
  });
});

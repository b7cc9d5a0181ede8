import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { shippedPlugins } from '../src/shipped-plugins.ts';

const PLUGINS = fileURLToPath(new URL('../../../plugins', import.meta.url));

describe('the shipped plugins', () => {
  test('are all metrics, surrogates and constraints of this project', () => {
    const folders = readdirSync(PLUGINS).filter((name) => /^(metric|surrogate|constraint)-/.test(name));
    expect(shippedPlugins.map(({ kind, name }) => `${kind}-${name}`).sort()).toEqual(folders.sort());
  });
});

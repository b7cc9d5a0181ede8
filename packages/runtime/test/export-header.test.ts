import { spawnSync } from 'node:child_process';
import { parseOverride } from '@auto-seg-loss/config';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { exportHeader } from '../src/commands/export-header.ts';

/** The words that a shell hands over of the command that a header has. */
function wordsOf(header: readonly string[]): readonly string[] {
  const command = header.slice(header.findIndex((line) => line.startsWith('Written by')) + 1, -1);
  const script = `npx() { printf '%s\\0' "$@"; }\n${command.join('\n')}`;
  return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1);
}

const facts = { name: 'ALoss', to: 'jax', version: '1.0.0', terms: [], flags: {}, options: [] } as const;

describe('the command of an exported file', () => {
  test.prop([fc.string({ unit: 'grapheme' }), fc.jsonValue()], { numRuns: 60 })(
    'hands any option over as it was',
    (text, json) => {
      const options = [text, json].map((value, index) => ({ path: ['focal', `option${index}`], value }));
      const words = wordsOf(exportHeader({ ...facts, written: [{ weight: 1, name: 'focal' }], options }));
      const set = words.flatMap((word, index) => (words[index - 1] === '--set' ? [parseOverride(word)] : []));
      expect(set).toEqual(JSON.parse(JSON.stringify(options)));
    },
  );

  test.prop([fc.string({ unit: 'grapheme-ascii', minLength: 1 })], { numRuns: 60 })('names any loss', (name) => {
    const spec = `runs/${name}+${name} ${name}/loss.json`;
    const term = { weight: 1, name: spec, searched: undefined, use: undefined } as never;
    expect(wordsOf(exportHeader({ ...facts, written: [{ weight: 1, name: spec }], terms: [term] }))[3]).toBe(spec);
  });

  test('has every flag that was said', () => {
    const flags = { tolerance: 2, dropBackground: false, average: 'class-and-image' } as const;
    expect(wordsOf(exportHeader({ ...facts, written: [{ weight: 1, name: 'dice' }], flags })).slice(-5)).toEqual([
      ...['--tolerance', '2', '--no-drop-background', '--average', 'class-and-image'],
    ]);
  });
});

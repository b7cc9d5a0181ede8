import { describe, expect, test } from 'vitest';
import { canonicalJson, contentKey } from '../src/index.ts';

describe('the content key', () => {
  test('does not depend on the order of keys, and tells everything else apart', () => {
    expect(contentKey({ a: 1, b: [1 / 3, null] })).toBe(contentKey({ b: [1 / 3, null], a: 1 }));
    expect(contentKey({ theta: [0.1] })).not.toBe(contentKey({ theta: [0.1 + 2 ** -56] }));
    expect(canonicalJson({ b: 'é', a: 1e21 })).toBe('{"a":1e+21,"b":"é"}');
  });
});

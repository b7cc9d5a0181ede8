import { commonClaims, defaultClaims, type MetricClaims } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';

const strong: MetricClaims = {
  renaming: 'all',
  leavesOutIgnored: true,
  shares: true,
  leads: 'pixel',
  monotone: true,
  symmetric: true,
  flips: 'all',
  reach: 3,
};

describe('the claims of a mean of metrics', () => {
  test('are those that all of them make', () => {
    const { reach: _, ...shared } = strong;
    expect(commonClaims([strong, strong])).toEqual(shared);
  });

  test('of no metrics say nothing of renaming, nor where they lead', () => {
    expect(commonClaims([])).toMatchObject({ renaming: 'none', leads: 'none' });
  });

  test.each([
    [['pixel', 'label'], 'label'],
    [['label', 'none', 'pixel'], 'none'],
    [['pixel', 'pixel'], 'pixel'],
  ] as const)('metrics that lead by %s lead by %s', (each, left) => {
    expect(commonClaims(each.map((leads) => ({ ...strong, leads }))).leads).toBe(left);
  });

  test.each(['leavesOutIgnored', 'shares', 'monotone', 'symmetric'] as const)(
    '%s is claimed only where all do',
    (claim) => {
      expect(commonClaims([strong, { ...strong, [claim]: false }, strong])[claim]).toBe(false);
    },
  );

  test.each([
    [['all', 'foreground'], 'foreground'],
    [['foreground', 'none', 'all'], 'none'],
    [['all', 'all'], 'all'],
    [['foreground', 'foreground'], 'foreground'],
  ] as const)('renaming %s leaves %s', (each, left) => {
    expect(commonClaims(each.map((renaming) => ({ ...strong, renaming }))).renaming).toBe(left);
  });

  test.each([
    [['all', 'mirrored'], 'mirrored'],
    [['mirrored', 'none', 'all'], 'none'],
    [['all', 'all'], 'all'],
  ] as const)('flips of %s leave %s', (each, left) => {
    expect(commonClaims(each.map((flips) => ({ ...strong, flips }))).flips).toBe(left);
  });

  test('a metric that says nothing claims no more than what holds of most', () => {
    expect(defaultClaims).toEqual({
      renaming: 'all',
      leavesOutIgnored: true,
      shares: true,
      leads: 'pixel',
      monotone: false,
      symmetric: false,
      flips: 'all',
    });
  });
});

import { describe, expect, test } from 'vitest';
import { Refusals } from '../src/refusals.ts';

const declined = (worker: string, received: string) => ({
  type: 'declined' as const,
  worker,
  error: { code: 'ASL_WORKER_MISMATCH', message: 'another machine', details: { where: 'miou in /run', received } },
});

describe('why workers refuse a search', () => {
  test('is told once for each reason, with those who gave it', () => {
    const refusals = new Refusals('miou in /run');
    expect([refusals.any, refusals.tell()]).toEqual([false, []]);
    for (const worker of ['a, process 1', 'a, process 1', 'b, process 2'])
      refusals.hear(declined(worker, 'other data'));
    refusals.hear(declined('c, process 3', 'another engine'));
    expect(refusals.tell()).toEqual([
      '2 workers refuse this search (a, process 1), (b, process 2): ASL_WORKER_MISMATCH: another machine; other data',
      '1 worker refuses this search (c, process 3): ASL_WORKER_MISMATCH: another machine; another engine',
    ]);
    refusals.hear(declined('d, process 4', 'other data'));
    expect([refusals.any, refusals.tell()]).toEqual([true, []]);
  });

  test('says where something is missing', () => {
    const refusals = new Refusals('a search');
    refusals.hear(declined('a', 'x'));
    expect(refusals.tell()).toEqual([
      '1 worker refuses this search (a): ASL_WORKER_MISMATCH: another machine; miou in /run; x',
    ]);
  });

  test('names the first of many workers', () => {
    const refusals = new Refusals('miou in /run');
    for (let worker = 0; worker < 200; worker++) refusals.hear(declined(`w${worker}`, 'x'));
    expect(refusals.tell().join()).toMatch(/^200 workers refuse this search \(w0\), .*\(w4\), 195 more: /);
  });
});

import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { type Guard, standIn } from '../src/stand-in.ts';

const OPEN: Guard = { method: (_, method) => method, read: (_, read) => read() };

class Counter {
  readonly name = 'counter';
  #count = 0;
  readonly step: number;
  label = 'first';

  constructor(step: number) {
    this.step = step;
  }

  get count(): number {
    return this.#count;
  }

  add(times: number): this {
    this.#count += times * this.step;
    return this;
  }

  twice(): this {
    return this.add(2);
  }
}

class Loud extends Counter {
  shout(): string {
    return `${this.count}!`;
  }
}

describe('a stand-in', () => {
  test('has all members of the other, inherited ones too, and acts on it', () => {
    const target = new Loud(3);
    const stand = standIn(target, OPEN);
    stand.add(2);
    expect(target.count).toBe(6);
    expect(stand.count).toBe(6);
    expect(stand.shout()).toBe('6!');
    expect(stand).toBeInstanceOf(Loud);
    expect(stand.name).toBe('counter');
    stand.label = 'second';
    expect(target.label).toBe('second');
    expect({ ...stand }).toMatchObject({ name: 'counter', step: 3, label: 'second' });
  });

  test('stands in for what is frozen, and for what has no prototype', () => {
    const frozen = Object.freeze({ value: (x: number) => x + 1, points: Object.freeze([1, 2]) });
    expect(standIn(frozen, OPEN).value(1)).toBe(2);
    expect(standIn(frozen, OPEN).points).toBe(frozen.points);
    const bare = Object.assign(Object.create(null) as object, { hello: () => 'world' });
    expect(standIn(bare, OPEN).hello()).toBe('world');
  });

  test('has no member that the other has not, and takes methods as they are when they are called', () => {
    const target: { ask: () => number; recommend?: () => number } = { ask: () => 1 };
    const stand = standIn(target, OPEN);
    expect(stand.recommend).toBeUndefined();
    expect('recommend' in stand).toBe(false);
    target.ask = () => 2;
    expect(stand.ask()).toBe(2);
  });

  test('calls from outside go through the guard, its own do not', () => {
    const calls: string[] = [];
    const stand = standIn(new Counter(1), {
      ...OPEN,
      method:
        (name, method) =>
        (...args) => {
          calls.push(name);
          return method(...args);
        },
    });
    stand.twice();
    expect(calls).toEqual(['twice']);
    expect(stand.count).toBe(2);
  });

  test('its methods need no this', () => {
    const { add } = standIn(new Counter(2), OPEN);
    expect(add.call(undefined as never, 3).count).toBe(6);
  });

  test.prop([
    fc.dictionary(
      fc.string().filter((key) => key !== 'constructor'),
      fc.jsonValue(),
    ),
  ])('of plain data is the same data', (data) => {
    expect(JSON.stringify(standIn(data, OPEN))).toBe(JSON.stringify(data));
  });
});

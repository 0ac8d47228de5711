import { describe, expect, test } from 'vitest';
import { latestMemoized, memoized } from '../../numerics/memoized.js';

describe('memoized', () => {
  test('works a value out once for each object, whatever is asked beside it', () => {
    const asked: number[] = [];
    const sum = memoized((values: readonly number[], start: number) => {
      asked.push(start);
      return values.reduce((total, value) => total + value, start);
    });
    const [first, second] = [
      [1, 2],
      [1, 2],
    ];
    expect([sum(first, 0), sum(first, 5), sum(second, 5)]).toEqual([3, 3, 8]);
    expect(asked).toEqual([0, 5]);
  });

  test('forgets a promise that failed', async () => {
    const outcomes = [Promise.reject(new Error('once')), Promise.resolve(7)];
    const next = memoized((_: object) => outcomes.shift()!);
    const key = {};
    await expect(next(key)).rejects.toThrow('once');
    expect(await next(key)).toBe(7);
    expect(await next(key)).toBe(7);
  });
});

describe('latestMemoized', () => {
  test('keeps the value of the latest arguments, compared by identity', () => {
    let count = 0;
    const made = latestMemoized((_key: object, _sigma: number, _origin: readonly number[]) => ++count);
    const [key, other, origin] = [{}, {}, [0]];
    expect([made(key, 1, origin), made(key, 1, origin), made(other, 1, origin)]).toEqual([1, 1, 2]);
    expect([made(key, 2, origin), made(key, 2, origin)]).toEqual([3, 3]);
    expect(made(key, 2, [0])).toBe(4);
    expect(made(key, 1, origin)).toBe(5);
  });
});

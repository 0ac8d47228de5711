import { describe, expect, test } from 'vitest';
import { comparison } from '../../bench/measuring/comparison.js';
import { interleaved, median } from '../../bench/measuring/interleaved.js';
import { TOPICS } from '../../bench/topics.js';

describe('benchmarks', () => {
  // start-up runs the command itself, which has tests of its own
  test.each(TOPICS.filter(({ name }) => name !== 'start-up'))('$name runs at its smallest size', async ({
    run,
  }) => {
    const { comparisons } = await run('quick');
    expect(comparisons.length).toBeGreaterThan(0);
    for (const { times, faster } of comparisons) {
      expect(Number.isFinite(times) && times > 0).toBe(true);
      expect(Number.isFinite(faster) && faster > 0).toBe(true);
    }
  });

  test('tasks take turns, and the round before the first is not counted', async () => {
    const order: string[] = [];
    const task = (name: string) => ({ name, run: () => order.push(name) });
    const times = await interleaved([task('a'), task('b')], 2);
    expect(order.join('')).toBe('ababab');
    expect(times.get('a')!.length).toBe(2);
  });

  test('ratios are medians of the rounds’ own ratios, a part counted as its share of the whole', () => {
    const rounds = new Map([
      ['ours', [1, 10, 3]],
      ['theirs', [4, 40, 6]],
    ]);
    const claim = { task: 'ours', against: 'theirs' };
    expect(comparison(rounds, { ...claim, least: 4 })).toMatchObject({
      faster: 4,
      times: 0.25,
      reached: true,
    });
    expect(comparison(rounds, { ...claim, share: 10, most: 0.02 })).toMatchObject({
      faster: 40,
      reached: false,
    });
    expect(median([3, 1, 2, 10])).toBe(2.5);
  });
});

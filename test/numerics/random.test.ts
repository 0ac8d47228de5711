import { describe, expect, test } from 'vitest';
import { mean, variance } from '../../numerics/mean-and-variance.js';
import { numpyRandomState } from '../../numerics/numpy-random-state.js';
import { sampleIndices, seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { thrown } from '../support/thrown.js';

describe('numpyRandomState', () => {
  test('the first 32 bits of seed 2020 are 4236026720', () => {
    expect(numpyRandomState(2020).nextUint32()).toBe(4236026720);
  });

  test('permutation(10) of seed 2020 is numpy 2 4 9 1 5 7 6 3 8 0', () => {
    expect([...numpyRandomState(2020).permutation(10)]).toEqual([2, 4, 9, 1, 5, 7, 6, 3, 8, 0]);
  });

  test('permutation(50000) of seed 2020 starts as numpy does', () => {
    expect([...numpyRandomState(2020).permutation(50000).subarray(0, 8)]).toEqual([
      24397, 39273, 6546, 13504, 49765, 31361, 27741, 47758,
    ]);
  });

  test('two choices in a row continue one stream', () => {
    const random = numpyRandomState(2020);
    expect([...random.choice(20, 5), ...random.choice(30, 5)]).toEqual([6, 9, 12, 4, 5, 24, 22, 0, 29, 2]);
  });

  test('a choice larger than the set is refused', () => {
    expect(thrown(() => numpyRandomState(1).choice(3, 4))).toBe(
      'TOO_FEW_SAMPLES choice: a draw without replacement must not be larger than the set; got 4 of 3.',
    );
  });

  test('a seed that numpy would refuse is refused', () => {
    expect(thrown(() => numpyRandomState(-1))).toBe(
      'OUT_OF_RANGE seed: must be a whole number from 0 to 2³² − 1; got -1.',
    );
  });
});

describe('seededRandom', () => {
  test('the same seed and labels give the same draws, other labels others', () => {
    const first = seededRandom(2020, 'fid', 500);
    const again = seededRandom(2020, 'fid', 500);
    const other = seededRandom(2020, 'fid', 501);
    const draws = [first(), first(), again(), again(), other()];
    expect(draws.slice(0, 2)).toEqual(draws.slice(2, 4));
    expect(draws[4]).not.toBe(draws[0]);
  });

  test('sampleIndices draws without replacement, and a shorter draw is a prefix', () => {
    const all = sampleIndices({ n: 50, size: 50 }, seededRandom(7));
    expect(new Set(all).size).toBe(50);
    expect([...sampleIndices({ n: 50, size: 9 }, seededRandom(7))]).toEqual([...all.subarray(0, 9)]);
  });

  test('each place is drawn first about equally often', () => {
    const counts = new Array(5).fill(0);
    for (let i = 0; i < 5000; i++) counts[sampleIndices({ n: 5, size: 1 }, seededRandom(3, i))[0]!]++;
    // binomial(5000, 0.2): sd 28
    expect(counts.every((count) => Math.abs(count - 1000) < 5 * 28)).toBe(true);
  });

  test('standardNormals have mean 0 and variance 1 within five standard errors', () => {
    const values = standardNormals(20_000, seededRandom(11));
    expect(Math.abs(mean(values)!)).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance(values, 1)! - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
  });
});

import { describe, expect, test } from 'vitest';
import type { ReaderName } from '../hostile/readers.js';
import { fuzzTargets } from './fuzz-targets.js';
import { fuzzCases } from './run-fuzz.js';

const SEED = 2020;
/** Some 20 seconds of processor time for all readers together, half of it for starting them. */
const CASES = 150;

describe('fuzz', async () => {
  const readers = Object.keys(await fuzzTargets()) as ReaderName[];

  test.each(readers)('%s reads or refuses every file that no program would write', async (reader) => {
    const { cases, failures } = await fuzzCases(reader, { seed: SEED, from: 0, count: CASES });
    expect(failures).toEqual([]);
    expect(cases).toBe(CASES);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import type { ReaderName } from '../hostile/readers.js';
import { fuzzTargets } from './fuzz-targets.js';
import { fuzzCasesOfAll } from './run-fuzz.js';

const SEED = 2020;
/** Some 15 seconds of processor time for all readers together. */
const CASES = 150;

describe('fuzz', async () => {
  const readers = Object.keys(await fuzzTargets()) as ReaderName[];
  let results: ReturnType<typeof fuzzCasesOfAll>;
  beforeAll(async () => {
    results = fuzzCasesOfAll(readers, { seed: SEED, from: 0, count: CASES });
    await results;
  });

  test.each(readers)('%s reads or refuses every file that no program would write', async (reader) => {
    const { cases, failures } = (await results).get(reader)!;
    expect(failures).toEqual([]);
    expect(cases).toBe(CASES);
  });
});

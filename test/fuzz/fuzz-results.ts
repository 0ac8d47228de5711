import { readFile, writeFile } from 'node:fs/promises';
import type { ReaderName } from '../hostile/readers.js';
import type { Failure } from './run-fuzz.js';

/** What became of the first `cases` cases of a reader and seed. */
export interface StoredResult {
  readonly reader: ReaderName;
  readonly seed: number;
  cases: number;
  /** cases that ended in an error of the suite; all others but the failures were read to their end */
  refused: number;
  readonly failures: Failure[];
}

/** Results of earlier runs; none where there is no such file. */
export async function storedResults(path: string): Promise<StoredResult[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  return (JSON.parse(text) as { readonly results: StoredResult[] }).results;
}

export async function writeResults(path: string, results: readonly StoredResult[]): Promise<void> {
  const cases = results.reduce((sum, result) => sum + result.cases, 0);
  const failures = results.reduce((sum, result) => sum + result.failures.length, 0);
  const made = 'npm run fuzz -- all --cases 100000 --results bench/results/fuzz.json';
  await writeFile(
    path,
    `${JSON.stringify({ made, node: process.version, cases, failures, results }, null, 1)}\n`,
  );
}

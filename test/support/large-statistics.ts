import { join } from 'node:path';
import { writeStatistics } from '../../encoders/files/write-statistics.js';
import { embeddedSet } from './embedded-set.js';

/** Statistics of d features whose correlations fall off by the distance of their indices, and `n` as if of so many images. */
export async function writeLargeStatistics(
  folder: string,
  { name, d, reach }: { readonly name: string; readonly d: number; readonly reach: number },
): Promise<string> {
  const path = join(folder, name);
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) covariance[i * d + j] = Math.exp(-Math.abs(i - j) / reach);
  const mean = Float64Array.from({ length: d }, (_, i) => Math.sin(i) / reach);
  await writeStatistics(path, { set: embeddedSet(null), moments: { n: 50_000, d, mean, covariance } });
  return path;
}

import type { Rows } from '../../numerics/rows.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';

/** Drawn at a time, so that large sets take no more memory than themselves. */
const CHUNK = 2 ** 16;

/** Normal draws whose spread falls from 1 to e⁻⁴ over the columns, as float32: what embeddings look like to these kernels. */
export function randomRows({
  n,
  d,
  seed,
  shift,
}: {
  readonly n: number;
  readonly d: number;
  readonly seed: number;
  readonly shift: number;
}): Rows {
  const random = seededRandom(seed, 'rows');
  const data = new Float32Array(n * d);
  for (let start = 0; start < data.length; start += CHUNK) {
    const draws = standardNormals(Math.min(CHUNK, data.length - start), random);
    for (let i = 0; i < draws.length; i++) {
      data[start + i] = draws[i]! * Math.exp((-4 * ((start + i) % d)) / d) + shift;
    }
  }
  return { n, d, data };
}

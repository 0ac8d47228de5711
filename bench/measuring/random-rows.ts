import type { Rows } from '../../metrics/numerics/rows.js';
import { seededRandom, standardNormals } from '../../metrics/numerics/seeded-random.js';

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
  const draws = standardNormals(n * d, seededRandom(seed, 'rows'));
  const data = Float32Array.from(draws, (value, at) => value * Math.exp((-4 * (at % d)) / d) + shift);
  return { n, d, data };
}

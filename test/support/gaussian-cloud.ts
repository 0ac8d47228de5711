import type { Rows } from '../../numerics/rows.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';

/** n draws from N(shift·1, diag(scales²)), the scales falling from 1 to `smallest` geometrically. */
export function gaussianCloud({
  n,
  d,
  seed,
  shift = 0,
  smallest = 1,
}: {
  readonly n: number;
  readonly d: number;
  readonly seed: number;
  readonly shift?: number;
  readonly smallest?: number;
}): Rows {
  const data = standardNormals(n * d, seededRandom(seed, 'cloud'));
  for (let i = 0; i < data.length; i++) {
    const scale = d === 1 ? 1 : smallest ** ((i % d) / (d - 1));
    data[i] = data[i]! * scale + shift;
  }
  return { n, d, data };
}

import type { Rows } from '../../numerics/rows.js';
import { type Random, seededRandom, standardNormals } from '../../numerics/seeded-random.js';

/** A population to draw images from, with its true moments where they are wanted. */
export interface Population {
  readonly d: number;
  draw(n: number, random: Random): Rows;
}

/** N(shift·1, diag(scales²)), the scales falling from `largest` to a quarter of it. */
export function gaussianPopulation({
  d,
  shift,
  largest,
}: {
  readonly d: number;
  readonly shift: number;
  readonly largest: number;
}): Population & { readonly mean: Float64Array; readonly variances: Float64Array } {
  const scales = Float64Array.from({ length: d }, (_, j) => largest * 0.25 ** (j / (d - 1)));
  return {
    d,
    mean: new Float64Array(d).fill(shift),
    variances: scales.map((scale) => scale * scale),
    draw(n, random) {
      const data = standardNormals(n * d, random);
      for (let i = 0; i < data.length; i++) data[i] = data[i]! * scales[i % d]! + shift;
      return { n, d, data };
    },
  };
}

/** A finite population: each draw is one of its rows, equally likely, so that every mean over it is known exactly. */
export function finitePopulation(rows: Rows): Population & { readonly rows: Rows } {
  const { n: size, d, data } = rows;
  return {
    d,
    rows,
    draw(n, random) {
      const drawn = new Float64Array(n * d);
      for (let i = 0; i < n; i++) {
        const index = Math.floor(random() * size);
        for (let j = 0; j < d; j++) drawn[i * d + j] = data[index * d + j]!;
      }
      return { n, d, data: drawn };
    },
  };
}

/** Rows of a Gaussian cloud, as the members of a finite population. */
export function members({
  n,
  d,
  shift,
  seed,
}: {
  readonly n: number;
  readonly d: number;
  readonly shift: number;
  readonly seed: number;
}): Rows {
  const data = standardNormals(n * d, seededRandom(seed, 'members'));
  for (let i = 0; i < data.length; i++) data[i] = data[i]! + shift;
  return { n, d, data };
}

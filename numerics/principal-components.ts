import type { Algebra } from './algebra.js';
import { columnMeans } from './column-means.js';
import { type Rows, transposed } from './rows.js';
import { seededRandom, standardNormals } from './seeded-random.js';

/** Rows by Gram and Schmidt, in place: unit vectors at right angles. */
function orthonormalized({ n, d, data }: Rows): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let product = 0;
      for (let k = 0; k < d; k++) product += data[i * d + k]! * data[j * d + k]!;
      for (let k = 0; k < d; k++) data[i * d + k]! -= product * data[j * d + k]!;
    }
    let squares = 0;
    for (let k = 0; k < d; k++) squares += data[i * d + k]! ** 2;
    const length = Math.sqrt(squares);
    for (let k = 0; k < d; k++) data[i * d + k]! /= length === 0 ? 1 : length;
  }
}

const STEPS = 30;

/**
 * Directions of the first principal components, by 30 steps of subspace iteration: close to those of a full decomposition where variances fall.
 *
 * @param count  of components, at most d
 * @returns (count, d), unit rows at right angles
 */
export async function leadingComponents(vectors: Rows, count: number, algebra: Algebra): Promise<Rows> {
  const { n, d, data } = vectors;
  const center = columnMeans(vectors);
  const about = { n, d, data: Float64Array.from(data, (value, at) => value - center[at % d]!) };
  const columns = transposed(about);
  const start = standardNormals(count * d, seededRandom(2020, 'principal components'));
  let directions: Rows = { n: count, d, data: Float64Array.from(start) };
  orthonormalized(directions);
  for (let step = 0; step < STEPS; step++) {
    const projected = transposed({ n, d: count, data: await algebra.innerProducts(about, directions) });
    directions = { n: count, d, data: await algebra.innerProducts(projected, columns) };
    orthonormalized(directions);
  }
  return directions;
}

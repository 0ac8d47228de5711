import { expect, test } from 'vitest';
import { fastLogDeterminant } from '../../numerics/fast-log-determinant.js';
import { logDeterminant } from '../../numerics/log-determinant.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';

/** (d, d), eigenvalues about 1. */
function nearIdentity(d: number): Float64Array {
  const normals = standardNormals(d * d, seededRandom(5, 'near-identity', d));
  const matrix = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++)
      matrix[i * d + j] = matrix[j * d + i] = (i === j ? 1 : 0) + (0.2 * normals[i * d + j]!) / Math.sqrt(d);
  return matrix;
}

test('logDeterminant by hand', () => {
  expect(logDeterminant(Float64Array.of(2, 1, 1, 2), 2)).toBeCloseTo(Math.log(3), 14);
  expect(logDeterminant(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
  expect(logDeterminant(new Float64Array(0), 0)).toBe(0);
});

test.each([128, 130, 200, 321])('fastLogDeterminant of %d rows equals the plain one', async (d) => {
  const matrix = nearIdentity(d);
  const expected = logDeterminant(matrix, d)!;
  expect(await fastLogDeterminant(matrix.slice(), d)).toBeCloseTo(expected, 11);
  matrix[(d - 1) * d + d - 1] = -1; // found in the last block
  expect(await fastLogDeterminant(matrix.slice(), d)).toBeNull();
  expect(logDeterminant(matrix, d)).toBeNull();
});

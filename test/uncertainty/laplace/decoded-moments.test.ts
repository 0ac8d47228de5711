import { expect, test } from 'vitest';
import { NumericalError } from '../../../errors.js';
import { decoded, decodedMoments } from '../../../uncertainty/laplace/decoded-moments.js';
import { rejected } from '../../support/thrown.js';
import { expectClose } from '../../support/tolerance.js';

/** Of a variance from 20,000 normal draws: four times √(2/20,000). */
const DRAWS_TOLERANCE = 0.04;

const latent = { mean: [1, -2, 3], variance: [0.25, 4, -0.5] };
const drawing = { seed: 5, decodings: 20_000 };

test('decodedMoments of a linear decoder have variance Σ A²·max(Var, 0), and mean A·E', async () => {
  const decode = async ([x, y, z]: Float32Array): Promise<Float32Array> =>
    Float32Array.of(2 * x! - y!, 0.5 * y!, 7 * z!, 1);
  const { mean, variance } = await decodedMoments(4, latent, { ...drawing, decode });
  expectClose(variance[0]!, 4 * 0.25 + 4, DRAWS_TOLERANCE);
  expectClose(variance[1]!, 0.25 * 4, DRAWS_TOLERANCE);
  expect([...variance.subarray(2)]).toEqual([0, 0]); // a negative estimate is no variance
  expectClose(mean[0]!, 4, DRAWS_TOLERANCE);
  expect(mean[2]).toBe(21);
});

test('decodedMoments are of normal draws, not of uniform ones in [0, 1): E e^z is e^(E + Var/2)', async () => {
  const decode = async ([x]: Float32Array): Promise<Float32Array> => Float32Array.of(Math.exp(x!));
  const { mean } = await decodedMoments(4, latent, { ...drawing, decode });
  expectClose(mean[0]!, Math.exp(1.125), DRAWS_TOLERANCE);
});

test('decodedMoments of two draws a and b are ½(a − b)², and depend on seed and image alone', async () => {
  const pixels: number[] = [];
  const decode = async ([x]: Float32Array): Promise<Float32Array> => {
    pixels.push(x!);
    return Float32Array.of(x!);
  };
  const two = { seed: 5, decodings: 2, decode };
  const first = await decodedMoments(7, latent, two);
  expectClose(first.variance[0]!, (pixels[0]! - pixels[1]!) ** 2 / 2, 1e-6);
  expect(await decodedMoments(7, latent, two)).toEqual(first);
  expect(await decodedMoments(8, latent, two)).not.toEqual(first);
});

test('decoded names the image that the decoder answers with NaN', async () => {
  const decode = async (): Promise<Float32Array> => {
    throw new NumericalError('NOT_FINITE', {
      where: 'decoder.onnx',
      expected: 'a decoded image must be finite',
      received: 'NaN',
    });
  };
  expect(await rejected(decoded(3, new Float32Array(1), decode))).toBe(
    'NOT_FINITE image 3: a decoded image must be finite; got NaN.',
  );
});

import { describe, expect, test } from 'vitest';
import type { Image } from '../../encoders/images/image.js';
import { type ImageSimilarity, imageSimilarity } from '../../metrics/image-similarity.js';
import { fixtureCases } from '../support/fixture.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

interface Case {
  readonly height: number;
  readonly width: number;
  readonly phase: number;
  readonly noise: number;
  /** of all bytes of the second image: that both sides are given the same */
  readonly sum: number;
  readonly rgb: ImageSimilarity;
  readonly luma: ImageSimilarity;
  readonly gray: ImageSimilarity;
}

/** As test/reference/image-similarity.py makes it. */
function waves({ height, width }: Pick<Case, 'height' | 'width'>, phase: number, noise: number): Image {
  const data = new Uint8Array(3 * height * width);
  let state = 12345n + BigInt(noise);
  for (let i = 0; i < data.length; i++) {
    state = (1103515245n * state + 12345n) % 2n ** 31n;
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const wave = 128 + 80 * Math.sin((x + phase) / (3 + c)) * Math.cos(y / 5);
    data[i] = Math.min(255, Math.max(0, Math.floor(wave + noise * (Number(state) / 2 ** 31 - 0.5))));
  }
  return { width, height, data };
}

function flat(width: number, height: number, value: number): Image {
  return { width, height, data: new Uint8Array(3 * width * height).fill(value) };
}

describe('imageSimilarity', () => {
  test('of images that differ by 1 everywhere the PSNR is 20·log₁₀ 255', () => {
    const { psnr } = imageSimilarity(flat(4, 4, 10), flat(4, 4, 11), 'rgb');
    expect(psnr).toBeCloseTo(20 * Math.log10(255), 12);
  });

  test('of two flat images SSIM is its first factor', () => {
    const { ssim } = imageSimilarity(flat(12, 12, 100), flat(12, 12, 50), 'rgb');
    const c1 = 2.55 ** 2;
    expect(ssim).toBeCloseTo((2 * 100 * 50 + c1) / (100 ** 2 + 50 ** 2 + c1), 12);
  });

  test('of an image with itself PSNR does not exist, and the others are 1', () => {
    const image = waves({ height: 176, width: 180 }, 0, 30);
    const { psnr, ssim, msSsim } = imageSimilarity(image, image, 'luma');
    expect(psnr).toBeNull();
    expect(ssim).toBeCloseTo(1, 12);
    expect(msSsim).toBeCloseTo(1, 12);
  });

  test('SSIM needs sides of 11 pixels, MS-SSIM of 176', () => {
    const of = (side: number) => imageSimilarity(flat(side, 200, 1), flat(side, 200, 3), 'rgb');
    expect([of(10).ssim, of(175).msSsim]).toEqual([null, null]);
    expect(of(11).ssim).not.toBeNull();
    expect(of(176).msSsim).not.toBeNull();
  });

  test('is symmetric, and falls as noise grows', () => {
    const size = { height: 30, width: 40 };
    const original = waves(size, 0, 0);
    const noisy = [20, 60, 150].map((noise) => imageSimilarity(original, waves(size, 0, noise), 'rgb'));
    expect(noisy.map(({ psnr }) => psnr)).toEqual(noisy.map(({ psnr }) => psnr).sort((a, b) => b! - a!));
    expect(noisy.map(({ ssim }) => ssim)).toEqual(noisy.map(({ ssim }) => ssim).sort((a, b) => b! - a!));
    const other = waves(size, 0, 60);
    expect(imageSimilarity(other, original, 'rgb').ssim).toBeCloseTo(noisy[1]!.ssim!, 12);
  });

  test.each(
    fixtureCases<Case>('image-similarity'),
  )('agrees with skimage and SciPy: $height × $width, noise $noise', (one) => {
    const [original, decoded] = [waves(one, 0, 0), waves(one, one.phase, one.noise)];
    expect(decoded.data.reduce((sum, byte) => sum + byte, 0)).toBe(one.sum);
    for (const color of ['rgb', 'luma', 'gray'] as const) {
      const found = imageSimilarity(original, decoded, color);
      for (const name of ['psnr', 'ssim', 'msSsim'] as const) {
        const wanted = one[color][name];
        if (wanted === null) expect(found[name]).toBeNull();
        else expectClose(found[name], wanted, SUMMATION_TOLERANCE);
      }
    }
  });
});

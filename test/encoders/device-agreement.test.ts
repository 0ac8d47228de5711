import { expect, test } from 'vitest';
import { networkInput, patternImages, relativeDifference } from '../../encoders/device-agreement.js';

test('images have the size that the network is given, else the one it declares, else a size of their own', () => {
  expect(networkInput({ resize: [40, 30] }, ['n', 3, 'h', 'w'])).toEqual({
    channels: 3,
    height: 40,
    width: 30,
  });
  expect(networkInput({ resize: null }, ['n', 1, 28, 28])).toEqual({ channels: 1, height: 28, width: 28 });
  expect(networkInput({ resize: null }, ['n', 3, 'h', 'w'])).toEqual({
    channels: 3,
    height: 224,
    width: 224,
  });
});

test('pattern images are bytes in the range of the network, and no two are alike', () => {
  const shape = { channels: 3, height: 8, width: 8 } as const;
  const bytes = patternImages(4, shape, { range: '0..255', resample: 'pillow-bicubic' });
  expect(bytes.every((pixel) => Number.isInteger(pixel) && pixel >= 0 && pixel <= 255)).toBe(true);
  const images = [0, 1, 2, 3].map((i) => bytes.subarray(192 * i, 192 * (i + 1)).join());
  expect(new Set(images).size).toBe(4);
  const scaled = patternImages(4, shape, { range: '-1..1', resample: 'pillow-bicubic' });
  expect(scaled[100]).toBeCloseTo(bytes[100]! / 127.5 - 1, 6);
});

test('the difference is relative in L2, 0 for equal values and infinite for NaN', () => {
  const reference = Float32Array.of(3, 4);
  expect(relativeDifference(Float32Array.of(3, 4), reference)).toBe(0);
  expect(relativeDifference(Float32Array.of(3, 4.5), reference)).toBeCloseTo(0.1, 12);
  expect(relativeDifference(Float32Array.of(3, Number.NaN), reference)).toBe(Number.POSITIVE_INFINITY);
  expect(relativeDifference(Float32Array.of(1), Float32Array.of(0))).toBe(Number.POSITIVE_INFINITY);
});

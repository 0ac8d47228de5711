import type { PixelRange, Resampler } from './preprocessing.js';

const { fround } = Math;

/**
 * From a byte's worth to network input in float32, each step rounded: v ↦ ((v / unit) − offset) / divisor.
 *
 * 2v − 1 is (v − ½) / ½, the same in every bit, since a power of two only moves the exponent.
 */
export interface PixelArithmetic {
  /** 255 where the peers first bring bytes to 0 … 1 */
  readonly unit: 1 | 255;
  /** true where the peers do so before they resize (torch), not after */
  readonly unitFirst: boolean;
  readonly offset: readonly [number, number, number];
  readonly divisor: readonly [number, number, number];
}

type Triple = readonly [number, number, number];

function each([a, b, c]: Triple, number: (value: number) => number): Triple {
  return [number(a), number(b), number(c)];
}

/**
 * The steps of a range as the library that the resampler is named for takes them.
 *
 * torch resizes what `ToTensor` made of the bytes (v / 255; pytorch-fid, torchvision), Pillow and TensorFlow 1 resize
 * bytes. With TensorFlow 1's resize a mean and standard deviation are those of torch-fidelity: of 0 … 255, from
 * 255 · mean and 255 · std. `0..255` and `(x-128)/128` never divide by 255.
 */
export function pixelArithmetic(range: PixelRange, resample: Resampler): PixelArithmetic {
  const unitFirst = resample.startsWith('torch-');
  const arithmetic = (unit: 1 | 255, offset: Triple, divisor: Triple): PixelArithmetic => ({
    unit,
    unitFirst: unitFirst && unit === 255,
    offset: each(offset, fround),
    divisor: each(divisor, fround),
  });
  if (typeof range === 'object') {
    const { mean, std } = range;
    return resample === 'tf1-bilinear'
      ? arithmetic(
          1,
          each(mean, (value) => 255 * value),
          each(std, (value) => 255 * value),
        )
      : arithmetic(255, mean, std);
  }
  switch (range) {
    case '0..255':
      return arithmetic(1, [0, 0, 0], [1, 1, 1]);
    case '0..1':
      return arithmetic(255, [0, 0, 0], [1, 1, 1]);
    case '-1..1':
      return arithmetic(255, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);
    case '(x-128)/128':
      return arithmetic(1, [128, 128, 128], [128, 128, 128]);
  }
}

import type { Image } from '../../encoders/images/image.js';
import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, pairTable } from './level-table.js';

const TABLE = pairTable(['radius', 'sigma'], {
  small: [
    [6, 1],
    [6, 1.5],
    [6, 2],
    [8, 2],
    [9, 2.5],
  ],
  medium: [
    [10, 1],
    [10, 1.5],
    [10, 2],
    [10, 2.5],
    [12, 3],
  ],
  large: [
    [10, 3],
    [15, 5],
    [15, 8],
    [15, 12],
    [20, 15],
  ],
});

/**
 * A one-sided Gaussian trail along a line: Σᵢ wᵢ·x(p + oᵢ), wᵢ ∝ e^(−i²/2σ²), oᵢ the pixel nearest to i steps at the
 * angle (degrees), i = 0 … 2·radius; beyond the edge the edge pixel is read.
 *
 * Agrees with: ImageMagick's -motion-blur within 1 level.
 */
export function motionBlurred(
  { width, height, data }: Image,
  { radius, sigma, angle }: { readonly radius: number; readonly sigma: number; readonly angle: number },
): Image {
  const length = 2 * Math.ceil(radius) + 1;
  const unnormalized = Array.from({ length }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const total = unnormalized.reduce((sum, weight) => sum + weight, 0);
  const sine = Math.sin((angle * Math.PI) / 180);
  const cosine = Math.cos((angle * Math.PI) / 180);
  const taps = unnormalized.map((weight, i) => ({
    weight: weight / total,
    right: Math.ceil(i * cosine - 0.5),
    down: Math.ceil(i * sine - 0.5),
  }));
  const blurred = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const { weight, right, down } of taps) {
          const column = Math.min(Math.max(x + right, 0), width - 1);
          const row = Math.min(Math.max(y + down, 0), height - 1);
          sum += weight * data[3 * (row * width + column) + channel]!;
        }
        blurred[3 * (y * width + x) + channel] = Math.round(sum);
      }
    }
  }
  return { width, height, data: blurred };
}

/** A trail at an angle drawn for each image from −45° to 45°. */
export const motionBlur: Distortion = {
  id: 'motion-blur',
  title: 'Motion blur',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply: (image, parameters, random) =>
    motionBlurred(image, {
      radius: parameters['radius']!,
      sigma: parameters['sigma']!,
      angle: -45 + 90 * random(),
    }),
};

import type { Resampler } from '../../encoders/images/preprocessing.js';
import type { Distortion } from './distortion.js';
import { resizedImage } from './resized-image.js';

/** In the order in which they raised FID when a whole set was resized by them: 0.30, 0.53, 0.64, 6.5, 6.1 and more. */
const RESAMPLERS: readonly Resampler[] = [
  'pillow-lanczos',
  'pillow-box',
  'pillow-bilinear',
  'torch-bilinear',
  'tf1-bilinear',
];

/**
 * Shrunk to half by another library's resampler and enlarged by Pillow's bicubic. Level 1 to 5 name the resampler: Pillow
 * Lanczos, box, bilinear, torch bilinear, TensorFlow 1 bilinear; the last two skip pixels.
 */
export const wrongResizer: Distortion = {
  id: 'wrong-resizer',
  title: 'Wrong resizer',
  source: 'Parmar et al. 2022, arXiv:2104.11222 (clean-fid), ablation of resizers',
  levels: () => RESAMPLERS.map((_, resampler) => ({ resampler })),
  apply(image, parameters) {
    const half = resizedImage(image, {
      width: Math.max(1, Math.round(image.width / 2)),
      height: Math.max(1, Math.round(image.height / 2)),
      resampler: RESAMPLERS[parameters['resampler']!]!,
    });
    return resizedImage(half, { width: image.width, height: image.height, resampler: 'pillow-bicubic' });
  },
};

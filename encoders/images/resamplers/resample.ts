import type { FloatImage, Image, Levels } from '../image.js';
import type { Resampler } from '../preprocessing.js';
import type { Axes } from './axis.js';

import { pillowBicubicFloat } from './pillow-bicubic-float.js';
import { pillowBicubic, pillowBilinear, pillowBox, pillowLanczos } from './pillow-bytes.js';
import { tf1Bilinear } from './tf1-bilinear.js';
import { torchBicubic } from './torch-bicubic.js';
import { torchBilinear } from './torch-bilinear.js';
import { torchBilinearAntialias } from './torch-bilinear-antialias.js';

/** A resize that ends in bytes, or one that ends in float32 and takes what each byte is worth. */
export type Resample =
  | { readonly gives: 'bytes'; readonly resample: (image: Image, axes: Axes) => Image }
  | {
      readonly gives: 'floats';
      readonly resample: (image: Image, axes: Axes, levels: Levels) => FloatImage;
    };

/** Every resampler by its name. */
export const RESAMPLE: Readonly<Record<Resampler, Resample>> = {
  'pillow-bicubic': { gives: 'bytes', resample: pillowBicubic },
  'pillow-bicubic-float': { gives: 'floats', resample: pillowBicubicFloat },
  'pillow-bilinear': { gives: 'bytes', resample: pillowBilinear },
  'pillow-lanczos': { gives: 'bytes', resample: pillowLanczos },
  'pillow-box': { gives: 'bytes', resample: pillowBox },
  'tf1-bilinear': { gives: 'floats', resample: tf1Bilinear },
  'torch-bilinear': { gives: 'floats', resample: torchBilinear },
  'torch-bilinear-antialias': { gives: 'floats', resample: torchBilinearAntialias },
  'torch-bicubic': { gives: 'floats', resample: torchBicubic },
};

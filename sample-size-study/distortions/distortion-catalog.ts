import { blackRectangles } from './black-rectangles.js';
import { brightness } from './brightness.js';
import { contrast } from './contrast.js';
import { defocusBlur } from './defocus-blur.js';
import type { Distortion } from './distortion.js';
import { fidBlur } from './fid-blur.js';
import { fidNoise } from './fid-noise.js';
import { fog } from './fog.js';
import { gaussianBlur } from './gaussian-blur.js';
import { gaussianNoise } from './gaussian-noise.js';
import { impulseNoise } from './impulse-noise.js';
import { jpeg } from './jpeg.js';
import { motionBlur } from './motion-blur.js';
import { pixelate } from './pixelate.js';
import { saltAndPepper } from './salt-and-pepper.js';
import { saturation } from './saturation.js';
import { shotNoise } from './shot-noise.js';
import { swirl } from './swirl.js';
import { wrongResizer } from './wrong-resizer.js';
import { zoomBlur } from './zoom-blur.js';

/** Every family that distorts one image at a time, in the order in which help and documents list them. */
export const distortionCatalog: readonly Distortion[] = [
  gaussianNoise,
  shotNoise,
  impulseNoise,
  gaussianBlur,
  defocusBlur,
  motionBlur,
  zoomBlur,
  fog,
  contrast,
  brightness,
  saturation,
  jpeg,
  pixelate,
  wrongResizer,
  fidNoise,
  fidBlur,
  blackRectangles,
  swirl,
  saltAndPepper,
];

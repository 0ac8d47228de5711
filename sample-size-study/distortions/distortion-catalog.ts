import { defocusBlur, fidBlur, gaussianBlur, motionBlur, zoomBlur } from './blur.js';
import { brightness, contrast } from './color.js';
import type { Distortion } from './distortion.js';
import { fog } from './fog.js';
import { fidNoise, gaussianNoise, impulseNoise, saltAndPepper, shotNoise } from './noise.js';
import { blackRectangles, jpeg, pixelate, wrongResizer } from './resolution.js';
import { saturation } from './saturation.js';
import { swirl } from './swirl.js';

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

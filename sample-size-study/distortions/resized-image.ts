import type { Image } from '../../encoders/images/image.js';
import type { Resampler } from '../../encoders/images/preprocessing.js';
import { wholeAxis } from '../../encoders/images/resamplers/axis.js';
import { RESAMPLE } from '../../encoders/images/resamplers/resample.js';

const LEVELS = Float32Array.from({ length: 256 }, (_, value) => value);

/** The image at another size; what a resampler of floats gives is clipped and rounded to bytes. */
export function resizedImage(
  image: Image,
  {
    width,
    height,
    resampler,
  }: { readonly width: number; readonly height: number; readonly resampler: Resampler },
): Image {
  const axes = { x: wholeAxis(image.width, width), y: wholeAxis(image.height, height) };
  const resample = RESAMPLE[resampler];
  if (resample.gives === 'bytes') return resample.resample(image, axes);
  const { data } = resample.resample(image, axes, LEVELS);
  return {
    width,
    height,
    data: Uint8Array.from(data, (value) => Math.round(Math.min(Math.max(value, 0), 255))),
  };
}

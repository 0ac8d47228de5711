import type { Image } from '../../encoders/images/image.js';
import type { Resampler } from '../../encoders/images/preprocessing.js';
import { wholeAxis } from '../../encoders/images/resamplers/axis.js';
import { RESAMPLE } from '../../encoders/images/resamplers/resample.js';
import type { Distortion } from './distortion.js';
import { FID_PAPER, IMAGENET_C, levelsBySize, levelTable } from './level-table.js';

const PIXEL_SCALE = levelTable('scale', {
  small: [0.95, 0.9, 0.85, 0.75, 0.65],
  medium: [0.9, 0.8, 0.7, 0.6, 0.5],
  large: [0.6, 0.5, 0.4, 0.3, 0.25],
});

/** Shrunk to ⌊scale·side⌋ by Pillow's box filter and enlarged by it again. */
export const pixelate: Distortion = {
  id: 'pixelate',
  title: 'Pixelate',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(PIXEL_SCALE, size),
  apply(image, parameters) {
    const shrunk = (side: number) => Math.max(1, Math.trunc(side * parameters['scale']!));
    const small = resizedImage(image, {
      width: shrunk(image.width),
      height: shrunk(image.height),
      resampler: 'pillow-box',
    });
    return resizedImage(small, { width: image.width, height: image.height, resampler: 'pillow-box' });
  },
};

const RECTANGLES = 5;

/** Five black rectangles of ⌊αH⌋ × ⌊αW⌋ pixels at places drawn uniformly; they may overlap. */
export const blackRectangles: Distortion = {
  id: 'black-rectangles',
  title: 'Black rectangles',
  source: FID_PAPER,
  levels: () => [{ alpha: 0.25 }, { alpha: 0.5 }, { alpha: 0.75 }],
  apply({ width, height, data }, parameters, random) {
    const rows = Math.floor(height * parameters['alpha']!);
    const columns = Math.floor(width * parameters['alpha']!);
    const covered = Uint8Array.from(data);
    for (let i = 0; i < RECTANGLES; i++) {
      const top = Math.floor(random() * (height - rows + 1));
      const left = Math.floor(random() * (width - columns + 1));
      for (let row = top; row < top + rows; row++) {
        covered.fill(0, 3 * (row * width + left), 3 * (row * width + left + columns));
      }
    }
    return { width, height, data: covered };
  },
};

const QUALITY = levelTable('quality', {
  small: [80, 65, 58, 50, 40],
  medium: [65, 58, 50, 40, 25],
  large: [25, 18, 15, 10, 7],
});

/** JPEG at the given quality, chroma halved in both directions, decoded again: as Pillow writes by default. */
export const jpeg: Distortion = {
  id: 'jpeg',
  title: 'JPEG compression',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(QUALITY, size),
  async apply({ width, height, data }, parameters) {
    const { default: sharp } = await import('sharp');
    const compressed = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({
        quality: parameters['quality']!,
        chromaSubsampling: '4:2:0',
        mozjpeg: false,
        optimizeCoding: false,
      })
      .toBuffer();
    const decoded = await sharp(compressed).raw().toBuffer();
    return { width, height, data: new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length) };
  },
};

const LEVELS = Float32Array.from({ length: 256 }, (_, value) => value);

/** The image at another size; what a resampler of floats gives is clipped and rounded to bytes. */
function resizedImage(
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

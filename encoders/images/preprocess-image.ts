import { ShapeError } from '../../errors.js';
import type { Image } from './image.js';
import { type PixelArithmetic, pixelArithmetic } from './pixel-arithmetic.js';
import type { Preprocessing } from './preprocessing.js';
import { type Geometry, preprocessingGeometry } from './preprocessing-geometry.js';
import type { FloatImage, Levels } from './resamplers/float-image.js';
import { RESAMPLE } from './resamplers/resample.js';

const { fround } = Math;

/** One image as a network takes it. */
export interface PreprocessedImage {
  /** (3, height, width) float32, its own buffer */
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** What each byte is worth before resampling: itself, or v / 255 where torch divides first. */
function levels({ unitFirst }: PixelArithmetic): Levels {
  return Float32Array.from({ length: 256 }, (_, byte) => (unitFirst ? byte / 255 : byte));
}

function cut(image: Image, { left, top, width, height }: Geometry['source']): Image {
  if (width === image.width && height === image.height) return image;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}

/** Interleaved bytes to planes, each channel by its table of what 0 … 255 become. */
function planesOfBytes({ width, height, data }: Image, arithmetic: PixelArithmetic): Float32Array {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  const { unit, offset, divisor } = arithmetic;
  for (let channel = 0; channel < 3; channel++) {
    const table = Float32Array.from({ length: 256 }, (_, byte) =>
      fround(fround(fround(byte / unit) - offset[channel]!) / divisor[channel]!),
    );
    for (let i = channel, at = channel * area; i < data.length; i += 3, at++) planes[at] = table[data[i]!]!;
  }
  return planes;
}

function planesOfFloats({ width, height, data }: FloatImage, arithmetic: PixelArithmetic): Float32Array {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  const unit = arithmetic.unitFirst ? 1 : arithmetic.unit;
  for (let channel = 0; channel < 3; channel++) {
    const offset = arithmetic.offset[channel]!;
    const divisor = arithmetic.divisor[channel]!;
    for (let i = channel, at = channel * area; i < data.length; i += 3, at++)
      planes[at] = fround(fround(data[i]! / unit) - offset) / divisor;
  }
  return planes;
}

/** clean-fid and dgm-eval clip what Pillow's float bicubic overshoots; nobody clips torch's. */
function clip({ data }: FloatImage): void {
  for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(data[i]!, 0), 255);
}

/**
 * Crop, resize and range of one image, in the order and the float32 arithmetic of the library that the resampler is
 * named for.
 *
 * `pillow-bicubic-float` is clipped to 0 … 255 after the resize, as clean-fid and dgm-eval do; `torch-bicubic` keeps its
 * overshoots. With `resize: null` the size passes through: that all images share it is for the caller to check.
 *
 * @throws ShapeError SHAPE_MISMATCH if the pixels are not height × width × 3 of them, at least one
 * @throws OptionError CONFLICTING_OPTIONS for crop `center` without one side to resize to
 *
 * Agrees with: Pillow, torch, torch-fidelity's and clean-fid's steps bit for bit, test/reference/preprocessing.json.
 */
export function preprocessImage(
  image: Image,
  preprocessing: Preprocessing,
  { name }: { readonly name: string },
): PreprocessedImage {
  const { width, height, data } = image;
  if (!(width >= 1 && height >= 1) || data.length !== width * height * 3)
    throw new ShapeError('SHAPE_MISMATCH', {
      where: name,
      expected: `an image of ${height} × ${width} pixels must hold ${height * width * 3} bytes, at least 3`,
      received: `${data.length}`,
    });
  const { resample, range } = preprocessing;
  const { source, axes } = preprocessingGeometry(image, preprocessing);
  const arithmetic = pixelArithmetic(range, resample);
  const part = cut(image, source);
  const size = { height: axes.y.length, width: axes.x.length };
  const resampler = RESAMPLE[resample];
  // Every resampler leaves an image alone that has its size already.
  const asItIs = size.width === part.width && size.height === part.height && isWhole(axes);
  if (asItIs) return { data: planesOfBytes(part, arithmetic), ...size };
  if (resampler.gives === 'bytes')
    return { data: planesOfBytes(resampler.resample(part, axes), arithmetic), ...size };
  const resized = resampler.resample(part, axes, levels(arithmetic));
  if (resample === 'pillow-bicubic-float') clip(resized);
  return { data: planesOfFloats(resized, arithmetic), ...size };
}

function isWhole({ x, y }: Geometry['axes']): boolean {
  return x.input === x.output && y.input === y.output;
}

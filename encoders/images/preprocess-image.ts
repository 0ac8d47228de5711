import { ShapeError } from '../../errors.js';
import type { FloatImage, Image, Levels } from './image.js';
import { type PixelArithmetic, pixelArithmetic } from './pixel-arithmetic.js';
import type { Preprocessing } from './preprocessing.js';
import { type Geometry, preprocessingGeometry } from './preprocessing-geometry.js';

import { RESAMPLE } from './resamplers/resample.js';

const { fround } = Math;

/** One image as a network takes it. */
export interface PreprocessedImage {
  /** (3, height, width) float32, in the memory given or its own */
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

/** Luma of each pixel in all three channels, by the integers of Pillow's `convert('L')`. */
function grayed({ width, height, data }: Image): Image {
  const gray = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const luma = (19_595 * data[i]! + 38_470 * data[i + 1]! + 7_471 * data[i + 2]! + 0x8000) >> 16;
    gray.fill(luma, i, i + 3);
  }
  return { width, height, data: gray };
}

/** Interleaved bytes to planes, each channel by its table of what 0 … 255 become. */
function writePlanesOfBytes(
  planes: Float32Array,
  data: Uint8Array,
  { unit, offset, divisor }: PixelArithmetic,
): void {
  const area = planes.length / 3;
  const [red, green, blue] = [0, 1, 2].map((channel) =>
    Float32Array.from({ length: 256 }, (_, byte) =>
      fround(fround(fround(byte / unit) - offset[channel]!) / divisor[channel]!),
    ),
  ) as [Float32Array, Float32Array, Float32Array];
  for (let at = 0, i = 0; at < area; at++, i += 3) {
    planes[at] = red[data[i]!]!;
    planes[at + area] = green[data[i + 1]!]!;
    planes[at + 2 * area] = blue[data[i + 2]!]!;
  }
}

/** One pass over all three channels; dividing by `unit` costs as much as the rest, and by 1 changes nothing. */
function writePlanesOfFloats(
  planes: Float32Array,
  data: Float32Array,
  { unit, unitFirst, offset, divisor }: PixelArithmetic,
): void {
  const area = planes.length / 3;
  if (unit !== 1 && !unitFirst) for (let i = 0; i < data.length; i++) data[i]! /= unit;
  const [redOffset, greenOffset, blueOffset] = offset;
  const [redDivisor, greenDivisor, blueDivisor] = divisor;
  for (let at = 0, i = 0; at < area; at++, i += 3) {
    planes[at] = fround(data[i]! - redOffset) / redDivisor;
    planes[at + area] = fround(data[i + 1]! - greenOffset) / greenDivisor;
    planes[at + 2 * area] = fround(data[i + 2]! - blueOffset) / blueDivisor;
  }
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
 * @param into  memory for the result, of its size; new memory unless given
 * @throws ShapeError SHAPE_MISMATCH if the pixels are not height × width × 3 of them, at least one, or `into` has another
 *   size than the result
 * @throws OptionError CONFLICTING_OPTIONS for crop `center` without one side to resize to
 *
 * Agrees with: Pillow, torch, torch-fidelity's and clean-fid's steps bit for bit, test/reference/preprocessing.json.
 */
export function preprocessImage(
  image: Image,
  preprocessing: Preprocessing,
  { name, into }: { readonly name: string; readonly into?: Float32Array | undefined },
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
  const cropped = cut(image, source);
  const part = preprocessing.channels === 'gray' ? grayed(cropped) : cropped;
  const size = { height: axes.y.length, width: axes.x.length };
  const planes = memory(into, { ...size, name });
  const resampler = RESAMPLE[resample];
  // Every resampler leaves an image alone that has its size already.
  const asItIs = size.width === part.width && size.height === part.height && isWhole(axes);
  if (asItIs) writePlanesOfBytes(planes, part.data, arithmetic);
  else if (resampler.gives === 'bytes')
    writePlanesOfBytes(planes, resampler.resample(part, axes).data, arithmetic);
  else {
    const resized = resampler.resample(part, axes, levels(arithmetic));
    if (resample === 'pillow-bicubic-float') clip(resized);
    writePlanesOfFloats(planes, resized.data, arithmetic);
  }
  return { data: planes, ...size };
}

function memory(
  into: Float32Array | undefined,
  { height, width, name }: { readonly height: number; readonly width: number; readonly name: string },
): Float32Array {
  const length = 3 * height * width;
  if (into === undefined) return new Float32Array(length);
  if (into.length === length) return into;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: name,
    expected: `memory for 3 × ${height} × ${width} = ${length} values must be given`,
    received: `${into.length}`,
  });
}

function isWhole({ x, y }: Geometry['axes']): boolean {
  return x.input === x.output && y.input === y.output;
}

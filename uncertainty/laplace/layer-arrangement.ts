import { type DenoiserDescription, imageSides } from '../../diffusion/denoiser.js';
import { ShapeError } from '../../errors.js';
import type { FeatureBatch, LayerShape } from './layer-shape.js';

type Layer = Pick<DenoiserDescription, 'imageSize' | 'lastLayer'>;

/** The shape of a denoiser's last layer, of a convolution or of a linear layer on tokens. */
export function layerShape({ lastLayer }: Pick<DenoiserDescription, 'lastLayer'>): LayerShape {
  const bias = lastLayer.bias === null ? 'without' : 'with';
  if (lastLayer.kind === 'convolution') {
    const { inputChannels: inputs, outputChannels: outputs, kernel } = lastLayer;
    return { inputs, outputs, kernel, bias };
  }
  const { inputFeatures: inputs, outputChannels, patch } = lastLayer;
  return { inputs, outputs: patch ** 2 * outputChannels, kernel: [1, 1], bias };
}

/** Height and width of the grid of positions: that of pixels, or of tokens. */
function positionSides(description: Layer): readonly [number, number] {
  const [height, width] = imageSides(description);
  const { lastLayer } = description;
  return lastLayer.kind === 'convolution'
    ? [height, width]
    : [height / lastLayer.patch, width / lastLayer.patch];
}

/**
 * A network's features as maps of channels: tokens, (n, tokens, C), are turned to (n, C, h, w); a convolution's are so already.
 *
 * @throws ShapeError SHAPE_MISMATCH if they are not those of n images
 */
export function featureMaps(description: Layer, features: Float32Array, n: number): FeatureBatch {
  const [height, width] = positionSides(description);
  const { inputs: channels } = layerShape(description);
  const shape = { n, channels, height, width };
  const positions = height * width;
  if (features.length !== n * channels * positions) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'features',
      expected: `${n} images must have ${channels} × ${height} × ${width} features each`,
      received: `${features.length} values`,
    });
  }
  if (description.lastLayer.kind === 'convolution') return { ...shape, data: features };
  const data = new Float32Array(features.length);
  for (let image = 0; image < n; image++) {
    const start = image * channels * positions;
    for (let p = 0; p < positions; p++)
      for (let c = 0; c < channels; c++)
        data[start + c * positions + p] = features[start + p * channels + c]!;
  }
  return { ...shape, data };
}

/** Values of pixels, (n, channels, H, W), as those of the last layer's outputs, (n, D, h, w): the same but for tokens. */
export function outputsOfPixels<Values extends Float32Array | Float64Array>(
  description: Layer,
  pixels: Values,
  n: number,
): Values {
  if (description.lastLayer.kind === 'convolution') return pixels;
  const outputs = pixels.slice() as Values;
  for (const [pixel, output] of pairsOfPlaces(description, n)) outputs[output] = pixels[pixel]!;
  return outputs;
}

/**
 * Variances of the last layer's outputs as those of pixels, (n, channels, H, W).
 *
 * @param variances  (n, D, h, w), or (n, 1, h, w) where all outputs of a position have one
 */
export function pixelsOfOutputs(description: Layer, variances: Float32Array, n: number): Float32Array {
  const { outputs } = layerShape(description);
  const [height, width] = positionSides(description);
  const area = height * width;
  const each = variances.length === n * area ? 1 : outputs;
  if (variances.length !== n * each * area) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'variances',
      expected: `${n} images must have 1 or ${outputs} variances at each of ${height} × ${width} positions`,
      received: `${variances.length} values`,
    });
  }
  let all = variances;
  if (each === 1 && outputs > 1) {
    all = new Float32Array(n * outputs * area);
    for (let image = 0; image < n; image++) {
      const own = variances.subarray(image * area, (image + 1) * area);
      for (let output = 0; output < outputs; output++) all.set(own, (image * outputs + output) * area);
    }
  }
  if (description.lastLayer.kind === 'convolution') return all;
  const pixels = new Float32Array(all.length);
  for (const [pixel, output] of pairsOfPlaces(description, n)) pixels[pixel] = all[output]!;
  return pixels;
}

/** Where each value of a token's patch stands among pixels, and among the outputs (p · patch + q) · channels + c. */
function* pairsOfPlaces(description: Layer, n: number): Generator<readonly [number, number]> {
  const { lastLayer } = description;
  if (lastLayer.kind !== 'linear') return;
  const { patch, outputChannels: channels } = lastLayer;
  const [height, width] = imageSides(description);
  const [rows, columns] = positionSides(description);
  for (let image = 0; image < n; image++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const output = ((y % patch) * patch + (x % patch)) * channels + c;
          const position = Math.floor(y / patch) * columns + Math.floor(x / patch);
          yield [
            ((image * channels + c) * height + y) * width + x,
            (image * patch * patch * channels + output) * rows * columns + position,
          ];
        }
      }
    }
  }
}

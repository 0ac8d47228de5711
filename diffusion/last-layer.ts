import {
  type DenoiserDescription,
  featuresPerImage,
  imageSides,
  type LastLayerDescription,
  type LastLayerWeights,
} from './denoiser.js';

/** Of a weight as the network stores it, the part that predicts ε, in the order of `LastLayerWeights`. */
export function epsilonWeights(
  lastLayer: LastLayerDescription,
  stored: { readonly weight: Float32Array; readonly bias: Float32Array | null },
): LastLayerWeights {
  if (lastLayer.kind === 'convolution') {
    const { inputChannels, outputChannels, kernel } = lastLayer;
    return {
      weight: stored.weight.slice(0, outputChannels * inputChannels * kernel[0] * kernel[1]),
      bias: stored.bias?.slice(0, outputChannels) ?? null,
    };
  }
  const { inputFeatures, outputChannels, allChannels, patch, weightAxes } = lastLayer;
  const outputs = patch ** 2 * allChannels;
  const weight = new Float32Array(patch ** 2 * outputChannels * inputFeatures);
  const bias = stored.bias === null ? null : new Float32Array(patch ** 2 * outputChannels);
  for (let pixel = 0, row = 0; pixel < patch ** 2; pixel++)
    for (let c = 0; c < outputChannels; c++, row++) {
      const output = pixel * allChannels + c;
      for (let f = 0; f < inputFeatures; f++)
        weight[row * inputFeatures + f] =
          stored.weight[weightAxes === 'output-input' ? output * inputFeatures + f : f * outputs + output]!;
      if (bias !== null) bias[row] = stored.bias![output]!;
    }
  return { weight, bias };
}

/** A pixel of the noise: its channel, row and column. */
export interface NoisePixel {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/**
 * ε̂ at one pixel of one image, as the last layer makes it of the features; in float64.
 *
 * @param features  of the image: (inputChannels, h, w), or (tokens, inputFeatures)
 */
export function lastLayerPixel(
  description: Pick<DenoiserDescription, 'imageSize' | 'lastLayer'>,
  { weight, bias }: LastLayerWeights,
  features: Float32Array,
  { channel, row, column }: NoisePixel,
): number {
  const { lastLayer } = description;
  const [height, width] = imageSides(description);
  if (lastLayer.kind === 'linear') {
    const { patch, inputFeatures, outputChannels } = lastLayer;
    const token = Math.floor(row / patch) * (width / patch) + Math.floor(column / patch);
    const output = ((row % patch) * patch + (column % patch)) * outputChannels + channel;
    let sum = bias?.[output] ?? 0;
    for (let f = 0; f < inputFeatures; f++)
      sum += weight[output * inputFeatures + f]! * features[token * inputFeatures + f]!;
    return sum;
  }
  const { inputChannels, kernel, padding } = lastLayer;
  let sum = bias?.[channel] ?? 0;
  for (let f = 0; f < inputChannels; f++)
    for (let i = 0; i < kernel[0]; i++)
      for (let j = 0; j < kernel[1]; j++) {
        const [y, x] = [row + i - padding[0], column + j - padding[1]];
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        sum +=
          weight[((channel * inputChannels + f) * kernel[0] + i) * kernel[1] + j]! *
          features[(f * height + y) * width + x]!;
      }
  return sum;
}

/** Rounding in float32 of a sum over the features, as a share of ε̂'s root mean square: far below any mistake's. */
const LAST_LAYER_TOLERANCE = 1e-3;
const COMPARED_PIXELS = 61;

/**
 * Whether ε̂ is what the last layer makes of the features, at pixels all over the first image of a batch.
 *
 * @returns the pixel where it is not, with both values
 */
export function unlikePixel(
  description: Pick<DenoiserDescription, 'imageSize' | 'channels' | 'lastLayer'>,
  weights: LastLayerWeights,
  { epsilon, features }: { readonly epsilon: Float32Array; readonly features: Float32Array },
): (NoisePixel & { readonly epsilon: number; readonly ofFeatures: number }) | undefined {
  const [height, width] = imageSides(description);
  const pixels = description.channels * height * width;
  const own = features.subarray(0, featuresPerImage(description));
  let squares = 0;
  for (let i = 0; i < pixels; i++) squares += epsilon[i]! ** 2;
  const scale = Math.sqrt(squares / pixels);
  const stride = Math.max(1, Math.floor(pixels / COMPARED_PIXELS));
  for (let i = 0; i < pixels; i += stride) {
    const [channel, rest] = [Math.floor(i / (height * width)), i % (height * width)];
    const pixel = { channel, row: Math.floor(rest / width), column: rest % width };
    const ofFeatures = lastLayerPixel(description, weights, own, pixel);
    if (!(Math.abs(ofFeatures - epsilon[i]!) <= LAST_LAYER_TOLERANCE * scale))
      return { ...pixel, epsilon: epsilon[i]!, ofFeatures };
  }
  return undefined;
}

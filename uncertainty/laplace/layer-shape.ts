import { NumericalError, ShapeError } from '../../errors.js';

/**
 * Shape of a denoiser's linear last layer: y_c(p) = w_cᵀψ(p) + b_c, ψ(p) the patch of the features around position p in the order
 * (channel, row, column), zero outside of the image. Positions are pixels, or tokens of a layer that gives each token a patch of pixels.
 */
export interface LayerShape {
  /** C: channels of the features */
  readonly inputs: number;
  /** D: values of ε̂ at a position: its channels, or a token's pixels times channels */
  readonly outputs: number;
  /** rows and columns of the patch, both odd; 1 × 1 for a layer that sees one position */
  readonly kernel: readonly [number, number];
  /** whether the layer has a bias */
  readonly bias: 'with' | 'without';
}

/** What the last layer takes, of a batch. */
export interface FeatureBatch {
  readonly n: number;
  /** C */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** (n, C, H, W) */
  readonly data: Float32Array | Float64Array;
}

/** F: weights of one output without its bias, C times the patch. */
export function weightsPerOutput({ inputs, kernel: [rows, columns] }: LayerShape): number {
  return inputs * rows * columns;
}

/** F̃: F, and 1 more where the layer has a bias. */
export function parametersPerOutput(layer: LayerShape): number {
  return weightsPerOutput(layer) + (layer.bias === 'with' ? 1 : 0);
}

/** Rows and columns of a patch on either side of its center. */
export function reachOf([rows, columns]: readonly [number, number]): readonly [number, number] {
  return [(rows - 1) / 2, (columns - 1) / 2];
}

/** Images start … end − 1, sharing storage. */
export function imagesBetween(features: FeatureBatch, start: number, end: number): FeatureBatch {
  const length = features.channels * features.height * features.width;
  return { ...features, n: end - start, data: features.data.subarray(start * length, end * length) };
}

/**
 * Checks a batch once, where it enters.
 *
 * @throws ShapeError SHAPE_MISMATCH if it is not n × C × H × W of the layer's C; NumericalError NOT_FINITE at the first value that is
 *   none, naming image, channel and pixel
 */
export function checkedFeatures(features: FeatureBatch, layer: LayerShape): FeatureBatch {
  const { n, channels, height, width, data } = features;
  const length = n * channels * height * width;
  if (channels !== layer.inputs || data.length !== length) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'features',
      expected: `must hold n × C × H × W = ${n} × ${layer.inputs} × ${height} × ${width} values, the last layer's input`,
      received: `${channels} channels and ${data.length} values`,
    });
  }
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(data[i])) throw notFinite('features', { n, channels, height, width }, data, i);
  }
  return features;
}

/** The error of a value that is none in an array n × C × H × W. */
export function notFinite(
  where: string,
  { channels, height, width }: Pick<FeatureBatch, 'n' | 'channels' | 'height' | 'width'>,
  data: ArrayLike<number>,
  at: number,
): NumericalError {
  const area = height * width;
  const place = at % area;
  return new NumericalError('NOT_FINITE', {
    where,
    expected: 'every value must be finite',
    received:
      `${data[at]} in image ${Math.floor(at / (channels * area))}, channel ${Math.floor(at / area) % channels}, ` +
      `row ${Math.floor(place / width)}, column ${place % width} (counted from 0)`,
  });
}

/**
 * ψ̃ of every pixel, the patch and a 1 for the bias: (n·H·W, F̃) row-major in float64. Memory is that of the batch times the patch: for small batches
 * and for checks.
 */
export function patches(features: FeatureBatch, layer: LayerShape): Float64Array {
  const { n, channels, height, width, data } = features;
  const [reachY, reachX] = reachOf(layer.kernel);
  const length = parametersPerOutput(layer);
  const rows = new Float64Array(n * height * width * length);
  let to = 0;
  for (let image = 0; image < n; image++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let at = to;
        for (let c = 0; c < channels; c++) {
          const plane = (image * channels + c) * height * width;
          for (let ky = y - reachY; ky <= y + reachY; ky++) {
            for (let kx = x - reachX; kx <= x + reachX; kx++) {
              const inside = ky >= 0 && ky < height && kx >= 0 && kx < width;
              rows[at++] = inside ? data[plane + ky * width + kx]! : 0;
            }
          }
        }
        if (layer.bias === 'with') rows[at] = 1;
        to += length;
      }
    }
  }
  return rows;
}

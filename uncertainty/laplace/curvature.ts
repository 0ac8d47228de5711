import { ProvenanceError, SampleSizeError, ShapeError } from '../../errors.js';
import { type MatrixGraph, matrixSession } from '../../numerics/matrix-sessions.js';
import {
  checkedFeatures,
  type FeatureBatch,
  type LayerShape,
  notFinite,
  parametersPerOutput,
  reachOf,
  weightsPerOutput,
} from './layer-shape.js';
import { addWindowSums, patchGram } from './patch-gram.js';

/**
 * What a posterior keeps of its data: sums over pairs (n) and positions (p), ψ̃ the patch with a 1 for the bias, r = ε̂ − ε. Sums of parts
 * add up to those of the whole.
 */
export interface Curvature {
  readonly layer: LayerShape;
  /** N: pairs of image and time */
  readonly pairs: number;
  /** positions of all pairs, N·H·W for a convolution: each is one observation of every output */
  readonly positions: number;
  /** Σ_np ψ̃ψ̃ᵀ, (F̃, F̃) row-major; null where only the structures without it were asked for */
  readonly gram: Float64Array | null;
  /** its diagonal, (F̃) */
  readonly diagonal: Float64Array;
  /** Σ_n (Σ_p r_c ψ̃)² for every output, (D, F̃): the empirical Fisher of a pair */
  readonly squaredGradients: Float64Array;
  /** Σ_np Σ_c r² */
  readonly squaredResiduals: number;
}

/** One batch for the sums. */
export interface CurvatureBatch {
  readonly features: FeatureBatch;
  /** ε̂ − ε, (n, D, H, W) */
  readonly residuals: Float32Array | Float64Array;
}

export interface CurvatureSums {
  /** @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE */
  add(batch: CurvatureBatch): Promise<void>;
  /** @throws SampleSizeError TOO_FEW_SAMPLES before the first batch */
  curvature(): Curvature;
}

/**
 * Sums over batches, in float64; memory is that of one batch and of (F̃, F̃), whatever N.
 *
 * @param gram  `kept` for the structures `full` and `kron`; `omitted` leaves the costly part out
 */
export function curvatureSums(layer: LayerShape, gram: 'kept' | 'omitted'): CurvatureSums {
  const length = parametersPerOutput(layer);
  const weights = weightsPerOutput(layer);
  const products = gram === 'kept' ? patchGram(layer) : null;
  const diagonal = new Float64Array(length);
  const squaredGradients = new Float64Array(layer.outputs * length);
  let pairs = 0;
  let positions = 0;
  let squaredResiduals = 0;
  return {
    async add({ features, residuals }) {
      checkedFeatures(features, layer);
      squaredResiduals += sumOfSquares(features, residuals, layer.outputs);
      await products?.add(features);
      if (products === null) addWindowSums(diagonal, features, { kernel: layer.kernel, power: 2 });
      await addSquaredGradients(squaredGradients, { features, residuals }, layer);
      pairs += features.n;
      positions += features.n * features.height * features.width;
      if (layer.bias === 'with') diagonal[weights] = positions;
    },
    curvature() {
      if (pairs === 0) {
        throw new SampleSizeError('TOO_FEW_SAMPLES', {
          where: 'curvature',
          expected: 'a posterior needs at least 1 pair of image and time',
          received: '0',
        });
      }
      const sums = products?.gram() ?? null;
      const own = sums === null ? diagonal.slice() : diagonal.map((_, i) => sums[i * length + i]!);
      return {
        layer,
        pairs,
        positions,
        gram: sums,
        diagonal: own,
        squaredGradients: squaredGradients.slice(),
        squaredResiduals,
      };
    },
  };
}

function sumOfSquares(
  { n, height, width }: FeatureBatch,
  residuals: Float32Array | Float64Array,
  outputs: number,
): number {
  const length = n * outputs * height * width;
  if (residuals.length !== length) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'residuals',
      expected: `must hold n × D × H × W = ${n} × ${outputs} × ${height} × ${width} = ${length} values`,
      received: String(residuals.length),
    });
  }
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const value = residuals[i]!;
    if (!Number.isFinite(value)) {
      throw notFinite('residuals', { n, channels: outputs, height, width }, residuals, i);
    }
    sum += value * value;
  }
  return sum;
}

/** A_i·B_iᵀ of every image i, in float64. */
const IMAGE_PRODUCTS: MatrixGraph = {
  name: 'image-products',
  build(graph) {
    const moved = graph.input('moved', { type: 'float64', shape: ['n', 'p', 'd'] });
    const features = graph.input('features', { type: 'float64', shape: ['n', 'c', 'd'] });
    const turned = graph.node('Transpose', [features], { perm: [0n, 2n, 1n] });
    const products = graph.node('MatMul', [moved, turned]);
    graph.output('products', products, { type: 'float64', shape: ['n', 'p', 'c'] });
  },
};

/** Σ_p r_c(p)·ψ(p) of each image is a product of its features with its residuals, moved by each offset of the kernel. */
async function addSquaredGradients(
  squares: Float64Array,
  { features, residuals }: CurvatureBatch,
  layer: LayerShape,
): Promise<void> {
  const { n, channels, height, width, data } = features;
  const { outputs, kernel } = layer;
  const area = height * width;
  const length = parametersPerOutput(layer);
  const offsets = kernel[0] * kernel[1];
  const session = await matrixSession(IMAGE_PRODUCTS);
  const { products } = await session.run<'products'>({
    moved: { dims: [n, outputs * offsets, area], data: movedResiduals({ features, residuals }, layer) },
    features: { dims: [n, channels, area], data: Float64Array.from(data) },
  });
  for (let row = 0; row < n * outputs * offsets; row++) {
    const [output, o] = [Math.floor(row / offsets) % outputs, row % offsets];
    for (let c = 0; c < channels; c++) {
      const gradient = products.data[row * channels + c] as number;
      squares[output * length + c * offsets + o]! += gradient * gradient;
    }
  }
  if (layer.bias === 'without') return;
  for (let plane = 0; plane < n * outputs; plane++) {
    let sum = 0;
    for (let p = plane * area; p < (plane + 1) * area; p++) sum += residuals[p]!;
    squares[(plane % outputs) * length + length - 1]! += sum * sum;
  }
}

/** A row for each image, output and offset of the kernel: r(q − offset) over all positions q, 0 outside. */
function movedResiduals(
  { features: { n, height, width }, residuals }: CurvatureBatch,
  { outputs, kernel: [rows, columns] }: LayerShape,
): Float64Array {
  const area = height * width;
  const [reachY, reachX] = reachOf([rows, columns]);
  const moved = new Float64Array(n * outputs * rows * columns * area);
  let to = 0;
  for (let plane = 0; plane < n * outputs; plane++) {
    for (let o = 0; o < rows * columns; o++) {
      const [dy, dx] = [Math.floor(o / columns) - reachY, (o % columns) - reachX];
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++)
        for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++)
          moved[to + (y + dy) * width + x + dx] = residuals[plane * area + y * width + x]!;
      to += area;
    }
  }
  return moved;
}

/**
 * The sums of several parts as those of all their pairs; equal to one pass over the whole up to the order of float64 sums, 1e-12.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES without a part; ProvenanceError UNLIKE_REPORTS if the layers differ or some parts lack `gram`
 */
export function mergedCurvature(parts: readonly Curvature[]): Curvature {
  const [first, ...others] = parts;
  if (first === undefined) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'mergedCurvature',
      expected: 'needs at least 1 part',
      received: '0',
    });
  }
  return others.reduce((whole, part) => {
    requireAlike(whole, part);
    return {
      layer: whole.layer,
      pairs: whole.pairs + part.pairs,
      positions: whole.positions + part.positions,
      gram: whole.gram === null ? null : sum(whole.gram, part.gram!),
      diagonal: sum(whole.diagonal, part.diagonal),
      squaredGradients: sum(whole.squaredGradients, part.squaredGradients),
      squaredResiduals: whole.squaredResiduals + part.squaredResiduals,
    };
  }, first);
}

function sum(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, i) => value + second[i]!);
}

function requireAlike(first: Curvature, second: Curvature): void {
  const text = ({ layer: { inputs, outputs, kernel, bias }, gram }: Curvature): string =>
    `${inputs} to ${outputs} channels, ${kernel.join(' × ')}, ${bias} bias, ${gram === null ? 'without' : 'with'} G`;
  if (text(first) === text(second)) return;
  throw new ProvenanceError('UNLIKE_REPORTS', {
    where: 'mergedCurvature',
    expected: `all parts must be sums of one layer (${text(first)})`,
    received: text(second),
  });
}

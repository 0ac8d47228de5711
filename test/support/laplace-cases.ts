import type { Curvature } from '../../uncertainty/laplace/curvature.js';
import { curvatureSums } from '../../uncertainty/laplace/curvature.js';
import type { FeatureBatch, LayerShape } from '../../uncertainty/laplace/layer-shape.js';
import { imagesBetween } from '../../uncertainty/laplace/layer-shape.js';
import type { Structure } from '../../uncertainty/laplace/posterior-settings.js';
import { fixtureCases } from './fixture.js';

/** A posterior and what brute force gives of it: test/reference/laplace.py. */
export interface LaplaceResult {
  readonly structure: Structure;
  readonly noiseSd: number;
  readonly priorPrecision: number;
  readonly temperature: number;
  /** γ² of the queries, (2, D, h, w) */
  readonly variance: readonly number[];
  readonly degreesOfFreedom: number;
  readonly logEvidence: number;
}

export interface LaplaceCase {
  readonly name: string;
  readonly layer: LayerShape;
  readonly features: FeatureBatch;
  readonly residuals: Float64Array;
  readonly query: FeatureBatch;
  readonly squaredWeights: number;
  readonly squaredResiduals: number;
  readonly squaredGradients: readonly number[];
  readonly results: readonly LaplaceResult[];
  readonly tuned: readonly Omit<LaplaceResult, 'variance' | 'degreesOfFreedom'>[];
}

interface Stored extends Omit<LaplaceCase, 'layer' | 'features' | 'residuals' | 'query'> {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: readonly [number, number];
  readonly bias: 'with' | 'without';
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly features: readonly number[];
  readonly residuals: readonly number[];
  readonly query: readonly number[];
}

/** The cases of test/reference/laplace.json. */
export function laplaceCases(): readonly LaplaceCase[] {
  return fixtureCases<Stored>('laplace').map((stored) => {
    const { inputs, outputs, kernel, bias, n, height, width } = stored;
    const shape = { channels: inputs, height, width };
    return {
      ...stored,
      layer: { inputs, outputs, kernel, bias },
      features: { ...shape, n, data: Float32Array.from(stored.features) },
      residuals: Float64Array.from(stored.residuals),
      query: { ...shape, n: 2, data: Float32Array.from(stored.query) },
    };
  });
}

/** The sums of a case's images first … last − 1, default all. */
export async function curvatureOf(
  { layer, features, residuals }: Pick<LaplaceCase, 'layer' | 'features' | 'residuals'>,
  {
    first = 0,
    last = features.n,
    gram = 'kept',
  }: { first?: number; last?: number; gram?: 'kept' | 'omitted' } = {},
): Promise<Curvature> {
  const sums = curvatureSums(layer, gram);
  const size = layer.outputs * features.height * features.width;
  await sums.add({
    features: imagesBetween(features, first, last),
    residuals: residuals.subarray(first * size, last * size),
  });
  return sums.curvature();
}

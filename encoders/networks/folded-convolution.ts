/** Batch norm's statistics and parameters by channel; without `scale` it is 1. */
export interface BatchNorm {
  readonly scale: Float32Array | null;
  readonly shift: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/**
 * Factor of each output channel, γ/√(σ² + ε), that folds batch norm into the convolution before it.
 *
 * @returns (channels) in float64
 */
export function batchNormFactors({ scale, variance }: BatchNorm, epsilon: number): Float64Array {
  return Float64Array.from(variance, (value, i) => (scale?.[i] ?? 1) / Math.sqrt(value + epsilon));
}

/** A weight (out, …) with each of its outermost entries multiplied by its factor; rounded once. */
export function scaledRows(weight: Float32Array, factors: Float64Array): Float32Array {
  const scaled = new Float32Array(weight.length);
  const perRow = weight.length / factors.length;
  factors.forEach((factor, row) => {
    const end = (row + 1) * perRow;
    for (let i = row * perRow; i < end; i++) scaled[i] = weight[i]! * factor;
  });
  return scaled;
}

/** The bias that takes batch norm's place, β − μ·γ/√(σ² + ε); rounded once. */
export function foldedBias({ shift, mean }: BatchNorm, factors: Float64Array): Float32Array {
  return shift.map((value, i) => value - mean[i]! * factors[i]!);
}

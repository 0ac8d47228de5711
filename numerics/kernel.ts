/**
 * A positive definite kernel as data, so that any engine can compute its sums.
 * `rbf`: exp(−‖x − y‖²/(2σ²)); `polynomial`: (γ·xᵀy + c)^degree.
 */
export type Kernel =
  | { readonly kind: 'rbf'; readonly sigma: number }
  | {
      readonly kind: 'polynomial';
      readonly degree: number;
      readonly gamma: number;
      readonly coefficient: number;
    };

/** The kernel less its offset, from an inner product and two squared lengths. */
export type ReducedKernel = (product: number, firstNorm: number, secondNorm: number) => number;

/**
 * k − 1 for `rbf`, by expm1, and k for `polynomial`. Every sum of a squared MMD is of this: the offsets cancel, and where all
 * k lie near 1 (CMMD: from e^−0.02 to 1) the digits that 1 would have eaten stay.
 */
export function reducedKernel(kernel: Kernel): ReducedKernel {
  if (kernel.kind === 'rbf') {
    const factor = -1 / (2 * kernel.sigma * kernel.sigma);
    return (product, firstNorm, secondNorm) =>
      Math.expm1(factor * Math.max(0, firstNorm + secondNorm - 2 * product));
  }
  const { degree, gamma, coefficient } = kernel;
  if (degree === 3) {
    return (product) => {
      const base = gamma * product + coefficient;
      return base * base * base;
    };
  }
  return (product) => (gamma * product + coefficient) ** degree;
}

import type { Algebra } from './algebra.js';
import { throwIfAborted } from './throw-if-aborted.js';

/** The fastest engine that this machine has, loaded when it is first asked for. */
export async function openAlgebra(): Promise<Algebra> {
  const { fastAlgebra } = await import('./fast-algebra.js');
  return fastAlgebra;
}

/** The engine with cancellation: each step throws INTERRUPTED once the signal is aborted. */
export function interruptibleAlgebra(algebra: Algebra, signal: AbortSignal, work: string): Algebra {
  const abortable =
    <A extends unknown[], R>(step: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      throwIfAborted(signal, work);
      return step(...given);
    };
  return {
    innerProducts: abortable(algebra.innerProducts),
    approximateProducts: {
      ...algebra.approximateProducts,
      innerProducts: abortable(algebra.approximateProducts.innerProducts),
    },
    gaussianMoments: abortable(algebra.gaussianMoments),
    factorOfMoments: abortable(algebra.factorOfMoments),
    traceSquareRootOfFactors: abortable(algebra.traceSquareRootOfFactors),
    squareRootSpectrum: abortable(algebra.squareRootSpectrum),
    symmetricEigenvalues: abortable(algebra.symmetricEigenvalues),
    crossKernelSums: abortable(algebra.crossKernelSums),
    ownKernelSums: abortable(algebra.ownKernelSums),
  };
}

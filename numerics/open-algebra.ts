import type { Algebra } from './algebra.js';

/** The fastest engine that this machine has, loaded when it is first asked for. */
export async function openAlgebra(): Promise<Algebra> {
  const { fastAlgebra } = await import('./fast-algebra.js');
  return fastAlgebra;
}

/** The engine, which begins no further step once the signal is aborted, but throws the signal's reason. */
export function interruptibleAlgebra(algebra: Algebra, signal: AbortSignal): Algebra {
  const heeding =
    <A extends unknown[], R>(step: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      signal.throwIfAborted();
      return step(...given);
    };
  return {
    innerProducts: heeding(algebra.innerProducts),
    roughProducts: { ...algebra.roughProducts, innerProducts: heeding(algebra.roughProducts.innerProducts) },
    gaussianMoments: heeding(algebra.gaussianMoments),
    factorOfMoments: heeding(algebra.factorOfMoments),
    traceSquareRootOfFactors: heeding(algebra.traceSquareRootOfFactors),
    squareRootSpectrum: heeding(algebra.squareRootSpectrum),
    symmetricEigenvalues: heeding(algebra.symmetricEigenvalues),
    crossKernelSums: heeding(algebra.crossKernelSums),
    ownKernelSums: heeding(algebra.ownKernelSums),
  };
}

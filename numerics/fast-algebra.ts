import type { Algebra } from './algebra.js';
import { fastFactorOfMoments } from './fast-covariance-factor.js';
import { fastCrossKernelSums, fastOwnKernelSums } from './fast-kernel-sums.js';
import { fastApproximateProducts, fastInnerProducts } from './fast-products.js';
import { fastGaussianMoments } from './fast-scatter.js';
import { fastSymmetricEigenvalues } from './fast-singular-values.js';
import { fastSquareRootSpectrum, fastTraceSquareRootOfFactors } from './fast-trace-square-root.js';

/** The engine for sets of any size: each step as fast as it is known here, and as exact as the plain one. */
export const fastAlgebra: Algebra = {
  innerProducts: (first, second) => fastInnerProducts(first, second),
  approximateProducts: fastApproximateProducts,
  gaussianMoments: (vectors, options) => fastGaussianMoments(vectors, options),
  factorOfMoments: (moments) => fastFactorOfMoments(moments),
  traceSquareRootOfFactors: (first, second) => fastTraceSquareRootOfFactors(first, second),
  squareRootSpectrum: (first, second) => fastSquareRootSpectrum(first, second),
  symmetricEigenvalues: (matrix, d) => fastSymmetricEigenvalues(matrix, d),
  crossKernelSums: (first, second, kernel, options) => fastCrossKernelSums(first, second, kernel, options),
  ownKernelSums: (vectors, kernel, options) => fastOwnKernelSums(vectors, kernel, options),
};

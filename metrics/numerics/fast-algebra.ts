import { type Algebra, plainAlgebra } from './algebra.js';
import { fastFactorOfMoments } from './fast-covariance-factor.js';
import { fastSquareRootSpectrum, fastTraceSquareRootOfFactors } from './fast-trace-square-root.js';

/** The engine for sets of any size: each step as fast as it is known here, and as exact as the plain one. */
export const fastAlgebra: Algebra = {
  ...plainAlgebra,
  factorOfMoments: (moments) => fastFactorOfMoments(moments),
  traceSquareRootOfFactors: (first, second) => fastTraceSquareRootOfFactors(first, second),
  squareRootSpectrum: (first, second) => fastSquareRootSpectrum(first, second),
};

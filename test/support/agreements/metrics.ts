import type { Agreement } from '../agreement.js';
import {
  FLOAT32_CMMD,
  FLOAT32_KID,
  FLOAT32_MIND,
  NORMALS_TOLERANCE,
  STATED_DIGITS,
  SUMMATION_TOLERANCE,
} from '../named-tolerances.js';

const VALUES = 'test/metrics/reference-values.test.ts';
const NEIGHBORS = 'test/metrics/reference-values-of-neighbors.test.ts';

const frechet = { fixture: 'frechet-distance', test: VALUES, of: 'of the scale' } as const;
const inception = {
  fixture: 'inception-score',
  test: VALUES,
  within: ['inceptionScore'],
  of: 'relative',
  source: 'metrics/inception-score.ts',
} as const;
const kernel = { fixture: 'kernel-metrics', test: VALUES } as const;
const neighbors = { fixture: 'neighbor-metrics', test: NEIGHBORS, of: 'of the scale' } as const;
const mind = {
  fixture: 'mind',
  test: NEIGHBORS,
  title: 'agrees with torch-fidelity',
  within: ['mongeInceptionDistance'],
  of: 'relative',
} as const;
const limit = { fixture: 'infinity', test: NEIGHBORS, of: 'of the scale', varies: 'by processor' } as const;
const authpct = { ...neighbors, source: 'metrics/nearest-neighbor-manifolds.ts' } as const;
const kidRbf = {
  fixture: 'kid-rbf',
  test: 'test/metrics/kid-rbf.test.ts',
  title: 'agrees with long doubles, and with torch-fidelity',
  of: 'of the scale',
} as const;

const peer = { fixture: 'peer-metrics', test: 'test/metrics/peer-metrics.test.ts' } as const;
const mardia = { fixture: 'mardia', test: 'test/metrics/mardia.test.ts', of: 'of the scale' } as const;

/** One row for each agreement of a metric; clip-fid, fd-dinov2, fid-tf and fid-clean are fid on other networks and preprocessing. */
export const METRIC_AGREEMENTS: readonly Agreement[] = [
  {
    ...frechet,
    step: '`fid`, full-rank and singular',
    reference: '{mpmath}, 70 digits',
    title: 'agrees with 70-digit arithmetic',
    source: 'metrics/frechet-distance.ts',
  },
  {
    ...frechet,
    step: '`fid` from stored covariances, as files hold them',
    reference: '{mpmath}, 70 digits',
    title: 'by way of covariances agrees to 1e-6 of the variance',
  },
  {
    ...frechet,
    step: '`fid`, where its root is finite',
    reference: '{pytorch-fid} by {scipy} sqrtm',
    title: 'agrees with pytorch-fid to 1e-6',
  },
  { ...inception, step: '`is`', reference: '{numpy}', title: 'agrees with numpy' },
  { ...inception, step: '`is`', reference: '{torch-fidelity}', title: 'agrees with torch-fidelity' },
  {
    ...kernel,
    step: '`kid`',
    reference: '{numpy}, long doubles',
    title: 'agrees with long doubles, and with torch-fidelity to its float32',
    tolerance: SUMMATION_TOLERANCE,
    of: 'of the scale',
    source: 'metrics/kernel-inception-distance.ts',
  },
  {
    ...kernel,
    step: '`kid`',
    reference: '{torch-fidelity}, float32',
    title: 'agrees with long doubles, and with torch-fidelity to its float32',
    tolerance: FLOAT32_KID,
    of: 'of the scale',
  },
  {
    ...kernel,
    step: '`kid-all-pairs`',
    reference: '{numpy}, long doubles',
    title: 'agrees with long doubles',
    within: ['kid-all-pairs of'],
    of: 'of the scale',
    source: 'metrics/squared-mmd.ts',
  },
  {
    ...kidRbf,
    step: '`kid-rbf`',
    reference: '{numpy}, long doubles',
    tolerance: SUMMATION_TOLERANCE,
  },
  { ...kidRbf, step: '`kid-rbf`', reference: '{torch-fidelity}, float32', tolerance: FLOAT32_KID },
  {
    ...kernel,
    step: '`cmmd`, `cmmd-v`',
    reference: '{numpy}, long doubles',
    title: 'agree with long doubles to 1e-12',
    tolerance: SUMMATION_TOLERANCE,
    of: 'absolute',
    source: 'metrics/cmmd.ts',
  },
  {
    ...kernel,
    step: '`cmmd-v`',
    reference: '{cmmd-pytorch}, float32',
    title: 'agree with long doubles to 1e-12',
    tolerance: FLOAT32_CMMD,
    of: 'absolute',
  },
  {
    ...neighbors,
    step: '`precision-recall`, `prdc`, k = 3 and 5, ties included',
    reference: '{numpy}, whole distance matrices',
    title: 'equal those of whole distance matrices, ties included',
  },
  { ...neighbors, step: '`prdc`', reference: '{prdc}', title: 'at k = 5 equal those of prdc' },
  {
    ...neighbors,
    step: '`precision-recall`',
    reference: '{torch-fidelity}, shares in float32',
    title: 'at k = 3 equal those of torch-fidelity',
  },
  {
    ...authpct,
    step: '`authpct`',
    reference: '{numpy}, a whole distance matrix',
    title: 'equals that of a whole distance matrix',
  },
  { ...authpct, step: '`authpct`', reference: '{dgm-eval}, float32', title: 'equals that of dgm-eval' },
  {
    ...peer,
    step: '`f-score`',
    reference: '{torch-fidelity}, shares in float32',
    title: 'agrees with torch-fidelity',
    of: 'of the scale',
  },
  {
    ...peer,
    step: '`realism`, image by image, k = 3 and 5',
    reference: '{dgm-eval} on float64',
    title: 'agrees with dgm-eval, image by image',
    of: 'of the scale',
  },
  {
    fixture: 'calibrated-distance',
    test: 'test/metrics/calibrated-distance.test.ts',
    step: '`calibrated-l2`, image by image, k = 5 and 50',
    reference: '{numpy}, whole distance matrices',
    title: 'agrees with numpy, and so does the share',
    of: 'of the scale',
    source: 'metrics/calibrated-distance.ts',
  },
  {
    fixture: 'data-copying',
    test: 'test/metrics/data-copying.test.ts',
    step: '`ct`, cells that lie apart',
    reference: '{dgm-eval}, {scikit-learn} k-means',
    title: 'agrees with dgm-eval',
    within: ['ctScore of a model'],
    of: 'of the scale',
    source: 'metrics/data-copying.ts',
  },
  {
    fixture: 'feature-likelihood',
    test: 'test/metrics/feature-likelihood.test.ts',
    step: '`fld` with a given baseline, and its gap',
    reference: '{fld}, float32, fifty steps of {torch} Adam',
    title: 'agrees with fld to its float32',
    of: 'of the scale',
    varies: 'by processor',
    source: 'metrics/feature-likelihood.ts',
  },
  {
    ...mardia,
    step: 'Mardia’s skewness and kurtosis',
    reference: '{numpy}',
    title: 'agree with numpy',
    within: ['mardiaMoments'],
  },
  {
    ...mardia,
    step: 'the same on ten principal components, as beside a Fréchet distance',
    reference: '{numpy}',
    title: 'is numpy’s on ten components',
  },
  {
    fixture: 'vendi',
    test: NEIGHBORS,
    step: '`vendi`, orders 1, 2 and ∞',
    reference: '{numpy}, {vendi-score}, {dgm-eval}',
    title: 'agrees with numpy and both peers',
    of: 'relative',
    source: 'metrics/vendi-score.ts',
  },
  {
    ...mind,
    step: '`mind`',
    reference: '{numpy}, float64, on the draws of {torch}',
    tolerance: NORMALS_TOLERANCE,
  },
  {
    ...mind,
    step: '`mind`',
    reference: '{torch-fidelity}, float32',
    tolerance: FLOAT32_MIND,
    source: 'metrics/monge-inception-distance.ts',
  },
  {
    ...limit,
    step: '`fid-infinity`, `is-infinity`',
    reference: '{pytorch-fid} and {numpy} polyfit on the same draws',
    title: 'agree with pytorch-fid and numpy.polyfit',
  },
  {
    fixture: 'image-similarity',
    test: 'test/metrics/image-similarity.test.ts',
    step: 'PSNR and SSIM of pairs of images, MS-SSIM',
    reference: '{skimage}; MS-SSIM by {scipy}',
    title: 'agrees with skimage and SciPy',
    of: 'relative',
    source: 'metrics/image-similarity.ts',
  },
  {
    fixture: null,
    test: 'test/metrics/published-values.test.ts',
    step: 'every metric on features that a formula gives',
    reference: 'values computed apart from this code, 12 digits and more',
    title: 'values computed apart from this code, for features that a formula gives',
    tolerance: STATED_DIGITS,
    of: 'of the scale',
  },
];

import type { Agreement } from '../agreement.js';

const analysis = {
  fixture: 'study-analysis',
  test: 'test/sample-size-study/analysis/analysis.test.ts',
} as const;
const distortions = {
  fixture: 'distortions',
  test: 'test/sample-size-study/distortions.test.ts',
  of: 'levels of 255',
  varies: 'by processor',
} as const;
const maps = { fixture: 'uncertainty-maps', test: 'test/uncertainty/map-statistics.test.ts' } as const;

const subsets = {
  fixture: null,
  test: 'test/filtering/subset-metrics.test.ts',
  reference: 'the metric of the subset alone',
  of: 'of the scale',
  varies: 'by processor',
} as const;

export const STUDY_AGREEMENTS: readonly Agreement[] = [
  {
    ...subsets,
    step: '`fid` of subsets, singular ones too',
    title: 'frechetOfSubsets',
    source: 'filtering/subset-metrics/frechet-of-subsets.ts',
  },
  { ...subsets, step: '`cmmd`, `cmmd-v` of subsets', title: 'mmdOfSubsets of cmmd, unbiased and biased' },
  { ...subsets, step: '`kid-all-pairs` of subsets', title: 'mmdOfSubsets of kid, over all pairs' },
  {
    ...analysis,
    step: 'weighted least squares: coefficients and standard errors',
    reference: '{numpy} polyfit',
    title: 'equals numpy.polyfit with its covariance',
    of: 'relative',
    source: 'sample-size-study/analysis/weighted-fit.ts',
  },
  {
    ...analysis,
    step: 'Kendall’s τ, with ties',
    reference: '{scipy} stats.kendalltau',
    title: 'equals scipy.stats.kendalltau, ties included',
    of: 'absolute',
    source: 'sample-size-study/analysis/distortion-response.ts',
  },
  {
    ...distortions,
    step: 'distortions that draw nothing, every level',
    reference: '{numpy}, {scipy}, {scikit-image}, {pillow}',
    title: 'every level, within one level of the library on which the program stands',
  },
  {
    ...distortions,
    step: 'swirl',
    reference: '{scikit-image}',
    title: 'swirled equals skimage.transform.swirl within one level',
  },
  {
    ...distortions,
    step: 'motion blur',
    reference: 'ImageMagick 6.9.11',
    title: 'motionBlurred equals ImageMagick -motion-blur within one level',
  },
  {
    fixture: 'uncertainty-maps',
    step: 'aggregations of uncertainty maps',
    reference: '{numpy}',
    test: 'test/uncertainty/aggregations.test.ts',
    title: 'map equals numpy’s',
    of: 'relative',
  },
  {
    ...maps,
    step: 'blur of a map',
    reference: '{scipy} ndimage.gaussian_filter',
    title: 'gaussianBlur equals scipy.ndimage.gaussian_filter',
    of: 'of the scale',
    source: 'uncertainty/map-comparison/gaussian-blur.ts',
  },
  {
    ...maps,
    step: 'structural similarity of two maps',
    reference: '{scikit-image}',
    title: 'structuralSimilarity equals skimage.metrics.structural_similarity',
    of: 'relative',
    source: 'uncertainty/map-comparison/structural-similarity.ts',
  },
  {
    fixture: 'control-scores',
    step: 'control scores from pixels',
    reference: '{numpy}, {scipy}, {scikit-image}',
    test: 'test/uncertainty/controls.test.ts',
    title: 'controls against numpy, scipy, scikit-image and Pillow',
    tolerance: 1e-9,
    of: 'relative',
  },
  {
    fixture: 'map-files',
    step: 'sums of maps from other programs’ files',
    reference: '{torch}, {numpy}, {Pillow}',
    test: 'test/uncertainty/map-files.test.ts',
    title: 'a folder of .npy, .npz, .pth, 16-bit PNG and float TIFF',
    of: 'relative',
  },
  {
    fixture: 'map-files',
    step: 'sums and keep counts of BayesDiff’s folders',
    reference: '{torch}',
    test: 'test/uncertainty/map-files.test.ts',
    title:
      'views of a batch by their offsets, with torch’s sums and the original’s keep counts, for each setting',
    of: 'relative',
  },
];

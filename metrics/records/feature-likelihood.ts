import { featureLikelihood, requireLikelihood } from '../feature-likelihood.js';
import { withIntervals } from '../intervals/with-intervals.js';
import { metricDefinition, OF_NO_FAMILY } from '../metric-record.js';
import { trainingSets } from '../training-sets.js';
import { authPct } from './manifold.js';
import { SEED } from './parameters.js';

export const fld = metricDefinition({
  id: 'fld',
  ...OF_NO_FAMILY,
  encoder: authPct.encoder,
  preprocessing: authPct.preprocessing,
  uses: 'embeddings',
  sides: 'both',
  heldOut: 'needed',
  title: 'Feature likelihood divergence and its generalization gap',
  formula:
    'FLD = 100·(L(held-out) − L₀(held-out)), gap = 100·(L(training) − L(held-out)); L(S): mean negative log-likelihood of S per dimension, under a mixture of Gaussians centered at the generated images with variances fitted to the training images; L₀: the same, centered at half of the training images',
  source: 'Jiralerspong et al. 2023, arXiv:2302.04440',
  agreesWith: 'fld ffbbf20, `FLD` with a given baseline and `FLD("gap")`, to its float32',
  disagreements: [
    'The baseline L₀ comes from the user’s training images, with variances fitted to their other half; fld ships baselines of some data sets.',
    'dgm-eval’s `fls` is an earlier form.',
  ],
  bias: 'depends on n of all sets: compare values only at equal n. Duplicates within the training set change the baseline of FLD; if all training images are alike, FLD has no meaning.',
  invariantUnder: ['shift'],
  parameters: { seed: SEED },
  results: [
    {
      id: 'fld',
      label: 'FLD',
      role: 'quality',
      direction: 'lower-is-better',
      formula:
        '100 · (L(held-out) − L₀(held-out)), L the mean negative log-likelihood per dimension under Gaussians at the generated images, L₀ at half of the training images',
      range: [null, null],
      atEquality: null,
      symmetric: false,
      units: 'hundredths of a nat per dimension',
    },
    {
      id: 'fld-gap',
      label: 'FLD gap',
      role: 'quality',
      direction: 'neither',
      formula: '100 · (L(training) − L(held-out)), L as for FLD',
      range: [null, null],
      atEquality: null,
      symmetric: false,
      units:
        'hundredths of a nat per dimension; below 0: training images have a higher likelihood than held-out images (copying or overfitting); above 0: a lower one',
    },
  ],
  requireImages: ({ reference, heldOut, generated }) => {
    requireLikelihood({ train: reference.n, heldOut: heldOut!.n, generated: generated.n }, 'fld');
  },
  compute: async ({ sets, parameters: { seed }, algebra, interval }) => {
    const id = 'fld';
    const { fld: value, gap } = await featureLikelihood(trainingSets(sets, id), { seed, where: id }, algebra);
    const values = [
      { id, value, warnings: [] },
      { id: 'fld-gap', value: gap, warnings: [] },
    ];
    if (interval === null) return values;
    return withIntervals(values, {
      reason: 'a jackknife would fit both mixtures again for each group of images',
    });
  },
});

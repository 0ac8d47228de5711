import { ctScore, requireCopyingTest } from '../data-copying.js';
import { withIntervals } from '../intervals/with-intervals.js';
import { metricDefinition, OF_NO_FAMILY } from '../metric-record.js';
import { trainingSets } from '../training-sets.js';
import { authPct } from './manifold.js';
import { SEED } from './parameters.js';

export const ct = metricDefinition({
  id: 'ct',
  ...OF_NO_FAMILY,
  encoder: authPct.encoder,
  preprocessing: authPct.preprocessing,
  uses: 'embeddings',
  sides: 'both',
  heldOut: 'needed',
  title: 'C_T, the test of data copying',
  formula:
    'mean over three cells (k-means of the training images), weighted by held-out images, of the z score of the Mann–Whitney U between generated and held-out images, on distances to the nearest training image',
  source: 'Meehan et al. 2020, arXiv:2004.05675',
  agreesWith: 'dgm-eval 0.1.0, `ct`, on well separated cells',
  disagreements: [
    'Beyond 64 dimensions the first 64 principal components of the training images are taken, as in dgm-eval; the paper takes embeddings as they are.',
    'dgm-eval’s k-means has no seed: unless the cells are clear clusters, its value changes from run to run.',
  ],
  bias: 'away from the null hypothesis its size grows with n, as for any test statistic: compare values only at equal n',
  invariantUnder: ['shift'],
  parameters: { seed: SEED },
  results: [
    {
      id: 'ct',
      label: 'C_T',
      role: 'quality',
      direction: 'neither',
      range: [null, null],
      atEquality: null,
      symmetric: false,
      units:
        'z score; 0 is best; below 0: generated images are nearer to training images than held-out images are (copying); above 0: farther (underfitting)',
    },
  ],
  requireImages: ({ generated: { n } }) => {
    if (n !== null) requireCopyingTest(n, 'ct');
  },
  compute: async ({ sets, parameters: { seed }, algebra, interval }) => {
    const id = 'ct';
    const value = await ctScore(trainingSets(sets, id), { seed, where: id }, algebra);
    const values = [{ id, value, warnings: [] }];
    if (interval === null) return values;
    return withIntervals(values, { reason: 'C_T is a z score already' });
  },
});

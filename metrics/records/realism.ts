import { requireNeighbors } from '../../numerics/nearest-neighbors.js';
import { metricDefinition } from '../metric-record.js';
import { realismScores } from '../realism.js';
import { itemValues, OF_NEIGHBORS, share } from './manifold.js';
import { INCEPTION_TF } from './preprocessings.js';

const ID = 'realism';

export const realism = metricDefinition({
  id: ID,
  ...OF_NEIGHBORS,
  family: { kind: 'other' },
  subsets: 'none',
  title: 'Share of images of realism 1 or more',
  formula:
    'share of generated y with R(y) ≥ 1, R(y) = max over x of r(x)/‖y − x‖, r(x) the distance of x to its k-th neighbor, over the x whose r is below the median',
  source: 'Kynkäänniemi et al. 2019, arXiv:1904.06991',
  agreesWith: 'dgm-eval 0.1.0, `realism`, image by image',
  disagreements: [
    'Other libraries give the realism of each image and no number for a set; here the function `realismScores` gives it for each image.',
    'dgm-eval takes k = 5 (`--nearest_k`), the paper 3. The original takes VGG16 features.',
  ],
  bias: 'depends on n of the reference, since radii shrink as n grows: compare values only at equal n',
  invariantUnder: ['rotation', 'shift'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'both',
  parameters: {
    realismNeighborhood: { kind: 'whole', default: 3, least: 1, words: 'nearest neighbors', flag: null },
  },
  results: [share(ID, { label: 'realism ≥ 1', role: 'fidelity' })],
  requireImages: ({ reference: { n } }, { realismNeighborhood: k }) => {
    if (n !== null) requireNeighbors(n, { k, where: `${ID}: reference` });
  },
  compute: (evaluation) =>
    itemValues(evaluation, ID, async (pair) => {
      const options = { k: evaluation.parameters.realismNeighborhood, where: ID };
      const each = await realismScores(pair, options, evaluation.algebra);
      const scores = each.map((one) => (one >= 1 ? 1 : 0));
      return new Map([[ID, { side: 'generated', full: 1, scores }]]);
    }),
});

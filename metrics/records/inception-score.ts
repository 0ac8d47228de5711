import { requireLogits } from '../comparable-sets.js';
import { inceptionScore } from '../inception-score.js';
import { metricDefinition, wholeParameter } from '../metric-record.js';
import { INCEPTION_TF } from './preprocessings.js';

export const is = metricDefinition({
  id: 'is',
  title: 'Inception Score',
  formula: 'mean over splits of exp(mean KL(p(y|x) ‖ p(y)))',
  source: 'Salimans et al. 2016, arXiv:1606.03498',
  agreesWith:
    'torch-fidelity 0.4: unbiased logits of 1,008 classes, permutation of RandomState(2020), every row used, spread with divisor 10',
  disagreements: [
    'torchmetrics shuffles without a seed, cuts chunks of equal size, of which there may be fewer than 10, and divides by 9 in the spread.',
    'guided-diffusion cuts chunks of 5,000 and does not shuffle; dgm-eval drops the images that 10 does not divide.',
    'FID-infinity uses another network (torchvision’s, 1,000 classes, with bias).',
  ],
  invariantUnder: [],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'logits',
  sides: 'generated',
  parameters: { isSplits: 10, seed: 2020 },
  results: [
    {
      id: 'is',
      direction: 'higher-is-better',
      range: [1, null],
      atEquality: null,
      symmetric: false,
      units: 'effective number of classes',
    },
  ],
  compute: async ({ sets, parameters }) => {
    const splits = wholeParameter(parameters, 'isSplits', 1);
    const seed = wholeParameter(parameters, 'seed', 0);
    const { value, spread } = inceptionScore(requireLogits(sets.generated, 'is'), { splits, seed });
    return [{ id: 'is', value, spread: { value: spread, of: `${splits} splits` }, warnings: [] }];
  },
});

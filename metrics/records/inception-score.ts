import { requireLogits } from '../comparable-sets.js';
import { inceptionScore } from '../inception-score.js';
import { metricDefinition, wholeParameter } from '../metric-record.js';

export const is = metricDefinition({
  id: 'is',
  title: 'Inception Score',
  formula: 'mean over splits of exp(mean KL(p(y|x) ‖ p(y)))',
  source: 'Salimans et al. 2016, arXiv:1606.03498',
  agreesWith:
    'torch-fidelity 0.4: unbiased logits of 1,008 classes, permutation of RandomState(2020), all rows used, spread with divisor 10',
  encoder: 'inception-v3-fid',
  preprocessing: { resize: 299, resample: 'tf1-bilinear', crop: 'none', range: '(x-128)/128' },
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

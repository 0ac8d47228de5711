import { requireEmbeddingPair } from '../comparable-sets.js';
import { kernelInceptionDistance } from '../kernel-inception-distance.js';
import { metricDefinition, wholeParameter } from '../metric-record.js';

export const kid = metricDefinition({
  id: 'kid',
  title: 'Kernel Inception Distance',
  formula: 'mean over subsets of unbiased MMD² with k(x, y) = (xᵀy/d + 1)³',
  source: 'Bińkowski et al. 2018, arXiv:1801.01401',
  agreesWith:
    'torch-fidelity 0.4: its draws (RandomState(2020), generated first) and formula, in float64 where it uses float32',
  encoder: 'inception-v3-fid',
  preprocessing: { resize: 299, resample: 'tf1-bilinear', crop: 'none', range: '(x-128)/128' },
  uses: 'embeddings',
  sides: 'both',
  parameters: { kidSubsets: 100, kidSubsetSize: 1000, seed: 2020 },
  results: [
    {
      id: 'kid',
      direction: 'lower-is-better',
      range: [null, null],
      atEquality: null,
      symmetric: false,
      units: 'squared MMD, not multiplied',
    },
  ],
  compute: async ({ sets, parameters, algebra }) => {
    const subsets = wholeParameter(parameters, 'kidSubsets', 1);
    const subsetSize = wholeParameter(parameters, 'kidSubsetSize', 2);
    const seed = wholeParameter(parameters, 'seed', 0);
    const pair = requireEmbeddingPair(sets, 'kid', 2);
    const { value, spread } = await kernelInceptionDistance(pair, { subsets, subsetSize, seed }, algebra);
    const of = `${subsets} subsets of ${subsetSize}`;
    return [{ id: 'kid', value, spread: { value: spread, of }, warnings: [] }];
  },
});

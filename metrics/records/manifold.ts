import { authpct } from '../authpct.js';
import { requireEmbeddingPair } from '../comparable-sets.js';
import type { ResultDefinition } from '../metric-definition.js';
import { metricDefinition, wholeParameter } from '../metric-record.js';
import { manifoldScores } from '../nearest-neighbour-manifolds.js';
import { IMAGENET_RANGE, INCEPTION_TF } from './preprocessings.js';

function share(id: string, options: Partial<ResultDefinition> = {}): ResultDefinition {
  return {
    id,
    direction: 'higher-is-better',
    range: [0, 1],
    atEquality: null,
    symmetric: false,
    units: 'share of images',
    ...options,
  };
}

export const precisionRecall = metricDefinition({
  id: 'precision-recall',
  title: 'Improved precision and recall',
  formula:
    'share of one set within the union of balls around the other, ‖x − y‖ ≤ distance to the k-th neighbour',
  source: 'Kynkäänniemi et al. 2019, arXiv:1904.06991',
  agreesWith: 'torch-fidelity 0.4’s formula (k = 3, ≤), in float64',
  disagreements: [
    'torch-fidelity and the original take VGG16 features; here those of the chosen encoder, Inception’s unless one says otherwise.',
    'torch-fidelity’s float32 distances put equal images up to 1e-2 apart, and guided-diffusion works in float16: ties may fall otherwise.',
    'prdc and dgm-eval use < and k = 5 (see prdc).',
  ],
  invariantUnder: ['rotation', 'shift'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'both',
  parameters: { prcNeighborhood: 3 },
  results: [share('precision', { atEquality: 1 }), share('recall', { atEquality: 1 })],
  compute: async ({ sets, parameters, algebra }) => {
    const k = wholeParameter(parameters, 'prcNeighborhood', 1);
    const pair = requireEmbeddingPair(sets, 'precision-recall', 1);
    const scores = await manifoldScores(pair, { k, ball: 'closed', where: 'precision-recall' }, algebra);
    return [
      { id: 'precision', value: scores.precision, warnings: [] },
      { id: 'recall', value: scores.recall, warnings: [] },
    ];
  },
});

export const prdc = metricDefinition({
  id: 'prdc',
  title: 'Precision, recall, density and coverage',
  formula:
    'density: balls around a generated image, over k; coverage: share of reference balls that hold one; ‖x − y‖ < radius',
  source: 'Naeem et al. 2020, arXiv:2002.09797',
  agreesWith: 'prdc (clovaai), k = 5 as in its README, strict <',
  disagreements: [
    'Kynkäänniemi’s precision and recall use ≤ and k = 3 (see precision-recall).',
    'dgm-eval takes at most 10,000 random images a side; here every image counts.',
  ],
  invariantUnder: ['rotation', 'shift'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'both',
  parameters: { nearestK: 5 },
  results: [
    share('prdc-precision'),
    share('prdc-recall'),
    share('density', { range: [0, null], units: 'balls around an image, over k' }),
    share('coverage'),
  ],
  compute: async ({ sets, parameters, algebra }) => {
    const k = wholeParameter(parameters, 'nearestK', 1);
    const pair = requireEmbeddingPair(sets, 'prdc', 1);
    const scores = await manifoldScores(pair, { k, ball: 'open', where: 'prdc' }, algebra);
    return [
      { id: 'prdc-precision', value: scores.precision, warnings: [] },
      { id: 'prdc-recall', value: scores.recall, warnings: [] },
      { id: 'density', value: scores.density, warnings: [] },
      { id: 'coverage', value: scores.coverage, warnings: [] },
    ];
  },
});

export const authPct = metricDefinition({
  id: 'authpct',
  title: 'Authentic images, percent',
  formula: '100 · share of y with d(t, nearest other t′) < d(t, y), t the reference image nearest to y',
  source: 'Alaa et al. 2022, arXiv:2102.08921',
  agreesWith: 'dgm-eval 0.1.0, `authpct`, in float64',
  disagreements: [
    'fld takes at most 10,000 random images a side and subtracts 50.',
    'dgm-eval’s float32 distances may decide near ties otherwise.',
  ],
  invariantUnder: ['rotation', 'shift'],
  encoder: 'dinov2-vit-l-14',
  preprocessing: { resize: 224, resample: 'pillow-bicubic', crop: 'none', range: IMAGENET_RANGE },
  uses: 'embeddings',
  sides: 'both',
  parameters: {},
  results: [share('authpct', { range: [0, 100], atEquality: 0, units: 'percent of generated images' })],
  compute: async ({ sets, algebra }) => {
    const pair = requireEmbeddingPair(sets, 'authpct', 1);
    return [{ id: 'authpct', value: await authpct(pair, algebra), warnings: [] }];
  },
});

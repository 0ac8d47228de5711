import { mean } from '../../numerics/mean-and-variance.js';
import { requireNeighbors } from '../../numerics/nearest-neighbors.js';
import type { Rows } from '../../numerics/rows.js';
import { requireEmbeddingPair, requireSquares, SIDES } from '../comparable-sets.js';
import { samplingDesign } from '../design/sampling-design.js';
import { varianceOfMean } from '../design/variance-of-mean.js';
import { type ItemReplicate, type ItemScores, itemJackknife } from '../intervals/item-jackknife.js';
import { eachGroup, groupPlan, setsWithoutGroups } from '../intervals/jackknife-of-metric.js';
import { withIntervals } from '../intervals/with-intervals.js';
import type { ImageCounts, MetricCapabilities, MetricValue, ResultDefinition } from '../metric-definition.js';
import { type Evaluation, metricDefinition } from '../metric-record.js';
import { authenticItems, manifoldItems } from '../nearest-neighbor-manifolds.js';
import { IMAGENET_RANGE, INCEPTION_TF } from './preprocessings.js';

/** A share of images, higher being better. */
export function share(
  id: string,
  options: Pick<ResultDefinition, 'label' | 'role'> & Partial<ResultDefinition>,
): ResultDefinition {
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

interface RowPair {
  readonly reference: Rows;
  readonly generated: Rows;
}

/** The scores of single images by the id of the number that is their mean. */
type Items = ReadonlyMap<string, ItemScores>;

/** Means of the items, with intervals by jackknife where they are asked for. */
export async function itemValues(
  { sets, algebra, interval, isIndependent }: Omit<Evaluation, 'parameters'>,
  metric: string,
  itemsOf: (pair: RowPair) => Promise<Items>,
): Promise<readonly MetricValue[]> {
  const pair = requireEmbeddingPair(sets, metric, 1);
  requireSquares(sets, metric);
  const whole = await itemsOf(pair);
  const values = [...whole].map(([id, { scores }]) => ({ id, value: mean(scores)!, warnings: [] }));
  if (interval === null) return values;
  const plan = await groupPlan(sets, OF_PAIRS, algebra);
  if ('reason' in plan) return withIntervals(values, plan);
  const replicates = new Map([...whole.keys()].map((id) => [id, [] as ItemReplicate[]]));
  for await (const { sets: left, excluded } of setsWithoutGroups(sets, {
    plan,
    ...OF_PAIRS,
    metric,
    leftOut: eachGroup(plan.count),
    algebra,
  })) {
    const items = await itemsOf({
      reference: left.reference.embeddings!,
      generated: left.generated.embeddings!,
    });
    for (const [id, { side, scores }] of items)
      replicates.get(id)!.push({ scores, excluded: excluded[side] });
  }
  const design = await samplingDesign(sets, algebra, 'thorough');
  const estimates = [...whole].map(([id, { side, scores, full }]) => {
    const options = { level: interval.level, full };
    if (isIndependent) return itemJackknife(scores, replicates.get(id)!, options);
    const ownVariance = varianceOfMean(scores, design, side);
    return itemJackknife(scores, replicates.get(id)!, {
      ...options,
      ownVariance,
      units: design.sides[side].units,
    });
  });
  return withIntervals(values, { estimates });
}

const OF_PAIRS = { uses: 'embeddings', sides: 'both' } as const;

/** As finding the neighbors would: the reference first. */
export function requireNeighborsOf(counts: ImageCounts, k: number, metric: string): void {
  for (const side of SIDES) {
    const { n } = counts[side];
    if (n !== null) requireNeighbors(n, { k, where: `${metric}: ${side}` });
  }
}

/** Shares of images do not grow cheaper for being taken of subsets: studies evaluate the protocol on each. */
export const OF_NEIGHBORS = {
  isUnbiased: false,
  cost: 'other',
  curves: 'protocol',
  subsets: 'family',
  repeats: 'few',
} as const satisfies Omit<MetricCapabilities, 'family'>;

export const precisionRecall = metricDefinition({
  id: 'precision-recall',
  ...OF_NEIGHBORS,
  family: {
    kind: 'neighbors',
    neighborsOf: ({ prcNeighborhood: k }) => Number(k),
    onSubsets: { ball: 'closed', precision: 'precision', recall: 'recall' },
  },
  title: 'Improved precision and recall',
  formula:
    'share of one set within the union of balls around the images of the other, ‖x − y‖ ≤ radius, the distance to the k-th neighbor',
  source: 'Kynkäänniemi et al. 2019, arXiv:1904.06991',
  agreesWith: 'torch-fidelity 0.4’s formula (k = 3, ≤), in float64',
  disagreements: [
    'torch-fidelity and the original use VGG16 features; here those of the chosen encoder, Inception by default.',
    'torch-fidelity’s float32 distances between equal images reach 1e-2, and guided-diffusion works in float16: ties may be resolved differently.',
    'prdc and dgm-eval use < and k = 5 (see prdc).',
  ],
  bias: 'depends on n of both sets, since radii shrink as n grows: compare values only at equal n',
  invariantUnder: ['rotation', 'shift'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'both',
  parameters: {
    prcNeighborhood: { kind: 'whole', default: 3, least: 1, words: 'nearest neighbors', flag: null },
  },
  results: [
    share('precision', {
      label: 'precision',
      role: 'fidelity',
      atEquality: 1,
      formula:
        'share of generated images y with ‖x − y‖ ≤ r(x) for some reference x, r(x) the distance to its k-th neighbor',
    }),
    share('recall', {
      label: 'recall',
      role: 'diversity',
      atEquality: 1,
      formula:
        'share of reference images x with ‖x − y‖ ≤ r(y) for some generated y, r(y) the distance to its k-th neighbor',
    }),
  ],
  requireImages: (counts, { prcNeighborhood: k }) => requireNeighborsOf(counts, k, 'precision-recall'),
  compute: async (evaluation) => {
    const { parameters, algebra } = evaluation;
    const where = 'precision-recall';
    const k = parameters.prcNeighborhood;
    return itemValues(evaluation, where, async (pair) => {
      const { precision, recall } = await manifoldItems(pair, { k, ball: 'closed', where }, algebra);
      return new Map<string, ItemScores>([
        ['precision', { side: 'generated', full: 1, scores: precision }],
        ['recall', { side: 'reference', full: 1, scores: recall }],
      ]);
    });
  },
});

export const prdc = metricDefinition({
  id: 'prdc',
  ...OF_NEIGHBORS,
  family: {
    kind: 'neighbors',
    neighborsOf: ({ nearestK: k }) => Number(k),
    onSubsets: { ball: 'open', density: 'density', coverage: 'coverage' },
  },
  title: 'Precision, recall, density and coverage',
  formula:
    'precision, recall: share of one set within the union of balls around the other; density: balls around a generated image, over k; coverage: share of reference balls that hold one; ‖x − y‖ < radius, the distance to the k-th neighbor',
  source: 'Naeem et al. 2020, arXiv:2002.09797',
  agreesWith: 'prdc (clovaai), k = 5 as in its README, strict <',
  disagreements: [
    'Kynkäänniemi’s precision and recall use ≤ and k = 3 (see precision-recall).',
    'dgm-eval takes at most 10,000 random images a side; here every image counts.',
  ],
  bias: 'for equal distributions the expected density is 1 at any n, and the expected coverage 1 − Π (n − i)/(n + m − i), i = 1 … k, with n reference and m generated images; otherwise as precision-recall',
  invariantUnder: ['rotation', 'shift'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'both',
  parameters: {
    nearestK: { kind: 'whole', default: 5, least: 1, words: 'nearest neighbors', flag: null },
  },
  results: [
    share('prdc-precision', {
      label: 'precision (PRDC)',
      role: 'fidelity',
      formula:
        'share of generated images y with ‖x − y‖ < r(x) for some reference x, r(x) the distance to its k-th neighbor',
    }),
    share('prdc-recall', {
      label: 'recall (PRDC)',
      role: 'diversity',
      formula:
        'share of reference images x with ‖x − y‖ < r(y) for some generated y, r(y) the distance to its k-th neighbor',
    }),
    share('density', {
      label: 'density',
      role: 'fidelity',
      range: [0, null],
      units: 'balls around an image, over k',
      formula:
        '1/k · mean over generated y of the number of reference x with ‖x − y‖ < r(x), r(x) the distance to its k-th neighbor',
    }),
    share('coverage', {
      label: 'coverage',
      role: 'diversity',
      formula:
        'share of reference images x with ‖x − y‖ < r(x) for some generated y, r(x) the distance to its k-th neighbor',
    }),
  ],
  requireImages: (counts, { nearestK: k }) => requireNeighborsOf(counts, k, 'prdc'),
  compute: async (evaluation) => {
    const { parameters, algebra } = evaluation;
    const where = 'prdc';
    const k = parameters.nearestK;
    return itemValues(evaluation, where, async (pair) => {
      const items = await manifoldItems(pair, { k, ball: 'open', where }, algebra);
      return new Map<string, ItemScores>([
        ['prdc-precision', { side: 'generated', full: 1, scores: items.precision }],
        ['prdc-recall', { side: 'reference', full: 1, scores: items.recall }],
        ['density', { side: 'generated', full: null, scores: items.density }],
        ['coverage', { side: 'reference', full: 1, scores: items.coverage }],
      ]);
    });
  },
});

export const authPct = metricDefinition({
  id: 'authpct',
  ...OF_NEIGHBORS,
  family: { kind: 'other' },
  subsets: 'none',
  title: 'Authentic images, percent',
  formula: '100 · share of y with d(t, nearest other t′) < d(t, y), t the reference image nearest to y',
  source: 'Alaa et al. 2022, arXiv:2102.08921',
  agreesWith: 'dgm-eval 0.1.0, `authpct`, in float64',
  disagreements: [
    'fld takes at most 10,000 random images a side and subtracts 50.',
    'dgm-eval’s float32 distances may resolve near ties differently.',
  ],
  bias: 'depends on the n of the reference: compare values only at equal n',
  invariantUnder: ['rotation', 'shift'],
  encoder: 'dinov2-vit-l-14',
  preprocessing: { resize: 224, resample: 'pillow-bicubic', crop: 'none', range: IMAGENET_RANGE },
  uses: 'embeddings',
  sides: 'both',
  parameters: {},
  results: [
    share('authpct', {
      label: 'AuthPct',
      role: 'quality',
      range: [0, 100],
      atEquality: 0,
      units: 'percent of generated images',
    }),
  ],
  requireImages: ({ reference: { n } }) => {
    if (n !== null) requireNeighbors(n, { k: 1, where: 'authpct: reference' });
  },
  compute: (evaluation) =>
    itemValues(evaluation, 'authpct', async (pair) => {
      const scores = await authenticItems(pair, evaluation.algebra);
      return new Map<string, ItemScores>([['authpct', { side: 'generated', full: 100, scores }]]);
    }),
});

import type { WeightMap } from './aggregations/masked-statistics.js';
import {
  borderCenterRatio,
  foregroundMean,
  segmentationMean,
  weightedMean,
} from './aggregations/masked-statistics.js';
import { maxPool, meanPool, patchMax, scaledBlock } from './aggregations/patch-statistics.js';
import {
  clampedSum,
  mean,
  meanPlusDeviation,
  pixelQuantile,
  pixelVariance,
  sum,
  topMean,
} from './aggregations/pixel-statistics.js';
import type { PixelMap } from './pixel-map.js';

/** A family of aggregations as data: `q95` and `q99.9` are two of the family `qP`. */
export interface AggregationFamily {
  /** how its names are written: `qP` */
  readonly form: string;
  /** the whole name; the first group is the parameter */
  readonly pattern: RegExp;
  readonly formula: string;
  /** `weights`: it needs a mask or saliency map for each image */
  readonly needs: 'map' | 'weights';
  /** allowed parameters, where the family has one */
  readonly parameterRange?: readonly [number, number];
  /** @returns undefined where the number does not exist for this map */
  value(map: PixelMap, parameter: number | undefined, weights: WeightMap): number | undefined;
}

const NUMBER = '(\\d+(?:\\.\\d+)?)';
const blockOf = (map: PixelMap, side: number | undefined) => ({ block: side ?? scaledBlock(map) });

/** Every aggregation, in the order in which help lists them. */
export const AGGREGATION_FAMILIES: readonly AggregationFamily[] = [
  { form: 'sum', pattern: /^sum$/, formula: 'Σ u', needs: 'map', value: (u) => sum(u) },
  { form: 'mean', pattern: /^mean$/, formula: '(1/HW) Σ u', needs: 'map', value: (u) => mean(u) },
  {
    form: 'patch-max[-B]',
    pattern: /^patch-max(?:-(\d+))?$/,
    formula:
      'max over B × B patches of their mean; B a quarter of the shorter side if not given (BayesDiff: 16)',
    needs: 'map',
    value: (u, side) => patchMax(u, blockOf(u, side)),
  },
  {
    form: 'qP',
    pattern: new RegExp(`^q${NUMBER}$`),
    formula: 'P-th percentile of the pixels, type 7',
    needs: 'map',
    parameterRange: [0, 100],
    value: (u, percent) => pixelQuantile(u, { q: percent! / 100 }),
  },
  {
    form: 'variance',
    pattern: /^variance$/,
    formula: '(1/HW) Σ (u − mean)²',
    needs: 'map',
    value: (u) => pixelVariance(u),
  },
  {
    form: 'topP',
    pattern: new RegExp(`^top${NUMBER}$`),
    formula: 'mean of the P percent largest pixels',
    needs: 'map',
    parameterRange: [Number.MIN_VALUE, 100],
    value: (u, percent) => topMean(u, { share: percent! / 100 }),
  },
  {
    form: 'max-pool[-B]',
    pattern: /^max-pool(?:-(\d+))?$/,
    formula: 'mean over B × B windows of their maximum',
    needs: 'map',
    value: (u, side) => maxPool(u, blockOf(u, side)),
  },
  {
    form: 'mean-pool[-B]',
    pattern: /^mean-pool(?:-(\d+))?$/,
    formula: 'max over B × B windows at stride 1 of their mean',
    needs: 'map',
    value: (u, side) => meanPool(u, blockOf(u, side)),
  },
  {
    form: 'mean+Ksd',
    pattern: new RegExp(`^mean\\+${NUMBER}sd$`),
    formula: 'mean + K · sd of the pixels, ddof 0',
    needs: 'map',
    value: (u, k) => meanPlusDeviation(u, { k: k! }),
  },
  {
    form: 'clamped-sum',
    pattern: /^clamped-sum$/,
    formula: 'Σ max(u, 0)',
    needs: 'map',
    value: (u) => clampedSum(u),
  },
  {
    form: 'border-center',
    pattern: /^border-center$/,
    formula: 'mean of the outer quarters ÷ mean of the middle half',
    needs: 'map',
    value: (u) => borderCenterRatio(u),
  },
  {
    form: 'weighted-mean',
    pattern: /^weighted-mean$/,
    formula: 'Σ w u ÷ Σ w',
    needs: 'weights',
    value: (u, _, weights) => weightedMean(u, weights),
  },
  {
    form: 'foreground-mean',
    pattern: /^foreground-mean$/,
    formula: 'Σ u over the foreground ÷ its size',
    needs: 'weights',
    value: (u, _, weights) => foregroundMean(u, weights),
  },
  {
    form: 'segmentation-mean',
    pattern: /^segmentation-mean$/,
    formula: "Σ u over the foreground ÷ all pixels (BayesDiff's)",
    needs: 'weights',
    value: (u, _, weights) => segmentationMean(u, weights),
  },
];

import { subset } from '../../encoders/embedded-set.js';
import type { Warning } from '../../encoders/encoder.js';
import { countText, numberText, percentText } from '../../numerics/number-text.js';
import { canonicalSets, fileSets } from '../canonical-order.js';
import { requireEmbeddingPair, requireEmbeddings, requireSquares } from '../comparable-sets.js';
import { jackknifeOfMetric } from '../intervals/jackknife-of-metric.js';
import { NOT_NEGATIVE } from '../intervals/limit-bounds.js';
import { withBiasFound, withIntervals } from '../intervals/with-intervals.js';
import type { Comparison } from '../metric-definition.js';
import { metricDefinition, OF_NO_FAMILY } from '../metric-record.js';
import { mongeDistanceAlong, mongeSlices } from '../monge-inception-distance.js';
import { effectiveNumber, lostInRounding, vendiScore, vendiSpectrum } from '../vendi-score.js';
import { countsOf } from '../warnings.js';
import { SEED, VENDI_ORDER } from './parameters.js';
import { INCEPTION_TF } from './preprocessings.js';

export const mind = metricDefinition({
  id: 'mind',
  ...OF_NO_FAMILY,
  title: 'Monge Inception Distance',
  formula: '3d · mean over directions u of mean over ranks of (sort(Xu) − sort(Yu))²',
  source: 'Berthet et al. 2026, arXiv:2605.06797',
  agreesWith: 'torch-fidelity master 5e211a9: its draws (torch’s CPU generator, seed 2020), in float64',
  disagreements: ['torch-fidelity projects, sorts and averages in float32, which costs about 1e-7 relative.'],
  bias: 'upwards, by about c/n for each side',
  invariantUnder: ['shift'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'both',
  parameters: {
    mindNumProjections: { kind: 'whole', default: 1000, least: 1, words: 'projections', flag: null },
    seed: SEED,
  },
  results: [
    {
      id: 'mind',
      label: 'MIND',
      role: 'quality',
      direction: 'lower-is-better',
      range: [0, null],
      atEquality: 0,
      symmetric: true,
      units: 'squared distance in embedding space',
    },
  ],
  compute: async ({ sets, parameters, algebra, interval }) => {
    const id = 'mind';
    const { mindNumProjections: projections, seed } = parameters;
    const inFile = fileSets(sets); // torch-fidelity draws by row
    const slices = mongeSlices(requireEmbeddingPair(inFile, id, 1), { projections, seed });
    requireSquares(sets, id);
    const value = await mongeDistanceAlong(slices, algebra);
    const values = [{ id, value, warnings: [] }];
    if (interval === null) return values;
    // the cut sets and the directions stay, so that only the images vary
    const cutOf = (side: keyof Comparison) => {
      const kept = slices.kept[side];
      return kept === null ? sets[side] : subset(inFile[side], kept);
    };
    const cut = canonicalSets({ reference: cutOf('reference'), generated: cutOf('generated') });
    const intervals = await jackknifeOfMetric(cut, {
      metric: { id, uses: 'embeddings', sides: 'both' },
      whole: [value],
      level: interval.level,
      bias: 'removed',
      algebra,
      evaluate: async ({ sets: left }) => {
        const pair = { reference: left.reference.embeddings!, generated: left.generated.embeddings! };
        return [await mongeDistanceAlong({ ...pair, directions: slices.directions }, algebra)];
      },
    });
    return withIntervals(values, intervals, NOT_NEGATIVE).map((found) =>
      withBiasFound(found, { reference: slices.reference.n, generated: slices.generated.n }),
    );
  },
});

/** A possible contribution of eigenvalues below rounding is warned of from this share on. */
const ROUNDING_WARNING_THRESHOLD = 0.01;

function lostWarnings(spectrum: ArrayLike<number>, order: number): readonly Warning[] {
  const { count, share } = lostInRounding(spectrum, order);
  if (!(share > ROUNDING_WARNING_THRESHOLD)) return [];
  const are = count === 1 ? '1 eigenvalue is' : `${countText(count)} eigenvalues are`;
  return [
    {
      code: 'WITHIN_ROUNDING',
      message: `${are} lost in rounding and left out: at order ${order} they could make the value up to ${percentText(share)} larger`,
    },
  ];
}

/** With fewer images for each of what the score counts, many of those have not been seen, and its bias is no multiple of 1/n. */
const FEWEST_FOR_EACH = 2;

function fewForScore(value: number, n: number): Warning {
  return {
    code: 'BIASED_AT_N',
    message: `biased downwards at n = ${countText(n)}: with fewer than ${FEWEST_FOR_EACH} images for each of the ${numberText(value)} that it counts, the score depends more on n than on the images`,
  };
}

export const vendi = metricDefinition({
  id: 'vendi',
  ...OF_NO_FAMILY,
  title: 'Vendi score',
  formula: 'exp(−Σ λ log λ), λ the eigenvalues of XXᵀ/n for unit rows',
  source: 'Friedman & Dieng 2023, arXiv:2210.02410',
  agreesWith: 'vendi_score (vertaix) score_dual and dgm-eval 0.1.0, order 1',
  disagreements: [
    'vendi_score’s image helper takes torchvision’s Inception or 32-pixel images; here the embeddings of the chosen encoder.',
    'dgm-eval’s command reports the mean over the classes of the images; here one score of the whole set.',
    'vendi_score’s score_X ignores the order that it is given.',
  ],
  bias: 'downwards: the value increases with n',
  invariantUnder: ['rotation'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'generated',
  parameters: VENDI_ORDER,
  results: [
    {
      id: 'vendi',
      label: 'Vendi score',
      role: 'quality',
      direction: 'higher-is-better',
      range: [1, null],
      highIs: 'the number of dimensions',
      atEquality: null,
      symmetric: false,
      units: 'effective number of images',
    },
  ],
  compute: async ({ sets, parameters, algebra, interval }) => {
    const id = 'vendi';
    const order = parameters.vendiOrder;
    const name = sets.generated.source;
    const vectors = requireEmbeddings(sets.generated, id);
    const spectrum = await vendiSpectrum(vectors, name, algebra);
    const value = effectiveNumber(spectrum, order);
    const few = value * FEWEST_FOR_EACH > vectors.n;
    const doubts = [...lostWarnings(spectrum, order), ...(few ? [fewForScore(value, vectors.n)] : [])];
    const values = [{ id, value, warnings: doubts }];
    if (interval === null) return values;
    if (few) return withIntervals(values, { reason: 'the score is more than half the number of images' });
    const intervals = await jackknifeOfMetric(sets, {
      metric: { id, uses: 'embeddings', sides: 'generated' },
      whole: [value],
      level: interval.level,
      bias: 'removed',
      scale: 'logarithm', // the entropy's bias, which is a multiple of 1/n even where n is little above d
      algebra,
      evaluate: async ({ sets: left }) => [
        await vendiScore(left.generated.embeddings!, { order, name }, algebra),
      ],
    });
    const bounds = { low: 1, high: vectors.d, highIs: 'the number of dimensions' };
    return withIntervals(values, intervals, bounds).map((found) =>
      withBiasFound(found, countsOf(sets), 'alone'),
    );
  },
});

import { requireEmbeddingPair, requireSquares } from '../comparable-sets.js';
import { jackknifeOfMetric } from '../intervals/jackknife-of-metric.js';
import { withIntervals } from '../intervals/with-intervals.js';
import { metricDefinition, OF_NO_FAMILY } from '../metric-record.js';
import { fScoreOf, manifoldScores } from '../nearest-neighbor-manifolds.js';
import { precisionRecall, requireNeighborsOf } from './manifold.js';

const ID = 'f-score';
const { encoder, preprocessing, source, bias, disagreements, invariantUnder, uses, sides } = precisionRecall;

export const fScore = metricDefinition({
  id: ID,
  ...OF_NO_FAMILY,
  title: 'F-score of precision and recall',
  formula: '2·precision·recall/(precision + recall), both as of precision-recall; 0 where both are 0',
  source,
  agreesWith: 'torch-fidelity 0.4, `f_score` of its precision and recall (k = 3, ≤), in float64',
  disagreements,
  bias,
  invariantUnder,
  encoder,
  preprocessing,
  uses,
  sides,
  parameters: {
    prcNeighborhood: { kind: 'whole', default: 3, least: 1, words: 'nearest neighbors', flag: null },
  },
  results: [
    {
      id: ID,
      label: 'F-score',
      role: 'quality',
      direction: 'higher-is-better',
      range: [0, 1],
      atEquality: 1,
      symmetric: true,
      units: 'harmonic mean of two shares of images',
    },
  ],
  requireImages: (counts, { prcNeighborhood: k }) => requireNeighborsOf(counts, k, ID),
  compute: async ({ sets, parameters: { prcNeighborhood: k }, algebra, interval }) => {
    const options = { k, ball: 'closed', where: ID } as const;
    const pair = requireEmbeddingPair(sets, ID, 1);
    requireSquares(sets, ID);
    const value = fScoreOf(await manifoldScores(pair, options, algebra));
    const values = [{ id: ID, value, warnings: [] }];
    if (interval === null) return values;
    const intervals = await jackknifeOfMetric(sets, {
      metric: { id: ID, uses: 'embeddings', sides: 'both' },
      whole: [value],
      level: interval.level,
      bias: 'kept',
      algebra,
      evaluate: async ({ sets: left }) => {
        const rest = { reference: left.reference.embeddings!, generated: left.generated.embeddings! };
        return [fScoreOf(await manifoldScores(rest, options, algebra))];
      },
    });
    return withIntervals(values, intervals, { low: 0, high: 1 });
  },
});

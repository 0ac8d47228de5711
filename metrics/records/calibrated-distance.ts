import { calibratedDistances, requireCalibration } from '../calibrated-distance.js';
import { metricDefinition } from '../metric-record.js';
import { authPct, itemValues, OF_NEIGHBORS, share } from './manifold.js';

const ID = 'calibrated-l2';
const { encoder, preprocessing } = authPct;

export const calibratedL2 = metricDefinition({
  id: ID,
  ...OF_NEIGHBORS,
  family: { kind: 'other' },
  subsets: 'none',
  title: 'Share of images of calibrated distance below 1',
  formula:
    'share of generated y with ‖y − x₁‖ < ½ · mean over i = 1 … k of ‖y − xᵢ‖, xᵢ the i-th nearest training image to y',
  source: 'Carlini et al. 2023, arXiv:2301.13188',
  agreesWith: 'numpy over whole distance matrices, by the paper’s equation',
  disagreements: [
    'The paper uses single images in pixel space; the function `calibratedDistances` gives the distance of each image.',
    'dgm-eval’s code has no such metric.',
  ],
  bias: 'depends on n of the training images: compare values only at equal n',
  invariantUnder: ['rotation', 'shift'],
  encoder,
  preprocessing,
  uses: 'embeddings',
  sides: 'both',
  parameters: {
    calibrationNeighbors: { kind: 'whole', default: 50, least: 1, words: 'nearest neighbors', flag: null },
  },
  results: [
    share(ID, { label: 'calibrated ℓ₂ < 1', role: 'quality', direction: 'lower-is-better', atEquality: 1 }),
  ],
  requireImages: ({ reference: { n } }, { calibrationNeighbors: k }) => {
    if (n !== null) requireCalibration(n, { k, where: `${ID}: reference` });
  },
  compute: (evaluation) =>
    itemValues(evaluation, ID, async (pair) => {
      const options = { k: evaluation.parameters.calibrationNeighbors, where: ID };
      const each = await calibratedDistances(pair, options, evaluation.algebra);
      const scores = each.map((one) => (one < 1 ? 1 : 0));
      return new Map([[ID, { side: 'generated', full: 1, scores }]]);
    }),
});

import type { Preprocessing } from '../../encoders/images/preprocessing.js';
import { OptionError } from '../../errors.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { requireEach } from '../comparable-sets.js';
import { frechetPairVariance } from '../frechet-distance.js';
import { biasDoubts, frechetDistanceOfSets, frechetOfSets, gaussianFits } from '../frechet-of-sets.js';
import { frechetInfluence } from '../image-influence.js';
import { jackknifeOfMetric } from '../intervals/jackknife-of-metric.js';
import { NOT_NEGATIVE } from '../intervals/limit-bounds.js';
import { withBiasFound, withIntervals } from '../intervals/with-intervals.js';
import type { MetricDefinition, MetricValue } from '../metric-definition.js';
import { type Evaluation, metricDefinition } from '../metric-record.js';
import { gaussianOfSet, momentsOfSet } from '../set-gaussian.js';
import { countsOf, normalityWarnings, rankWarnings, roundingWarnings } from '../warnings.js';
import { CLIP_RANGE, IMAGENET_RANGE, INCEPTION_TF } from './preprocessings.js';

/** What distinguishes one Fréchet protocol from another. */
interface FrechetProtocol extends Pick<MetricDefinition, 'subsets'> {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly source: string;
  readonly agreesWith: string;
  readonly disagreements: readonly string[];
  readonly encoder: string;
  readonly preprocessing: Preprocessing;
}

const PARAMETERS = {
  covarianceDdof: { kind: 'number', default: 1, words: null, flag: null },
} as const;

/** The divisor n − 1 is part of the protocol, and stated; another is refused and not ignored. */
function requireDdofOfOne(covarianceDdof: number): void {
  if (covarianceDdof === 1) return;
  throw new OptionError('OUT_OF_RANGE', {
    where: 'parameters.covarianceDdof',
    expected: 'must be 1: covariances have the divisor n − 1 in every Fréchet protocol',
    received: String(covarianceDdof),
  });
}

async function frechetValues(
  metric: Pick<MetricDefinition, 'id' | 'uses' | 'sides'>,
  evaluation: Evaluation<typeof PARAMETERS>,
): Promise<readonly MetricValue[]> {
  const { sets, algebra, interval, parameters } = evaluation;
  const { id } = metric;
  requireDdofOfOne(parameters.covarianceDdof);
  const found = await frechetOfSets(id, evaluation);
  const { value, d, ranks, spectrum, totalVariance, storageRounding } = found;
  const counts = countsOf(sets);
  const bias = await biasDoubts(metric, evaluation, found);
  const singular = rankWarnings(sets, d, ranks);
  const doubts = [...singular, ...roundingWarnings(value, { totalVariance, d, storageRounding }), ...bias];
  const gaussians = await gaussianFits(id, evaluation);
  const { reference, generated } = gaussians;
  const normality = { reference: reference.normality, generated: generated.normality };
  const values = [{ id, value, gaussians, warnings: [...doubts, ...normalityWarnings(sets, normality)] }];
  if (interval === null) return values;
  if (singular.length > 0) {
    return withIntervals(values, { reason: 'the bias of a singular covariance is no multiple of 1/n' });
  }
  const intervals = await jackknifeOfMetric(sets, {
    metric,
    whole: [value],
    level: interval.level,
    bias: 'removed',
    law: 'squared-distance',
    dimension: d,
    pairVariance: frechetPairVariance(spectrum, {
      reference: sets.reference.embeddings?.n ?? Number.POSITIVE_INFINITY,
      generated: sets.generated.embeddings?.n ?? Number.POSITIVE_INFINITY,
    }),
    algebra,
    evaluate: async (left) => [await frechetDistanceOfSets(id, { sets: left.sets, algebra })],
  });
  return withIntervals(values, intervals, NOT_NEGATIVE).map((one) => withBiasFound(one, counts));
}

function frechetRecord(protocol: FrechetProtocol): MetricDefinition {
  const { label, ...words } = protocol;
  const { id } = protocol;
  return metricDefinition({
    ...words,
    family: { kind: 'frechet' },
    isUnbiased: false,
    cost: 'frechet',
    curves: 'family',
    repeats: 'few',
    ...(id === 'fid' ? {} : { variantOf: 'fid' }),
    formula: '‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)',
    bias: 'upwards, by about c/n for each set, with c depending on d and the model: compare bias-corrected estimates, or values at equal n',
    invariantUnder: ['rotation', 'shift'],
    uses: 'moments',
    sides: 'both',
    parameters: PARAMETERS,
    results: [
      {
        id,
        label,
        role: 'quality',
        direction: 'lower-is-better',
        range: [0, null],
        atEquality: 0,
        symmetric: true,
        units: 'squared distance in embedding space',
      },
    ],
    requireImages: (counts) => requireEach(counts, id, 2),
    compute: (evaluation) => frechetValues({ id, uses: 'moments', sides: 'both' }, evaluation),
    influence: async ({ reference, generated }, _, { value, algebra = plainAlgebra }) => {
      if (generated.embeddings === null || generated.embeddings.n < 3) return null;
      const [gaussian, moments] = [
        await gaussianOfSet(reference, id, algebra),
        await momentsOfSet(generated, id, algebra),
      ];
      return frechetInfluence(
        gaussian,
        { rows: generated.embeddings, moments },
        { distance: value, algebra },
      );
    },
  });
}

/** The spatial distance: the first 7 channels of a 17 × 17 layer, 2,023 numbers an image. */
export const sfid = frechetRecord({
  id: 'sfid',
  label: 'sFID',
  subsets: 'none',
  title: 'Spatial FID',
  source: 'Nash et al. 2021, arXiv:2103.03841',
  agreesWith: 'guided-diffusion’s evaluator: first 7 channels of `mixed_6/conv`, 17 × 17',
  disagreements: [
    'dgm-eval’s `sinception` takes the first 7 channels of the block’s output instead: its values cannot be compared.',
    'guided-diffusion takes the mean in float32, which changes the value by up to 1e-5.',
  ],
  encoder: 'inception-v3-fid-spatial',
  preprocessing: INCEPTION_TF,
});

const HEUSEL = 'Heusel et al. 2017, arXiv:1706.08500';

export const fid = frechetRecord({
  id: 'fid',
  label: 'FID',
  subsets: 'family',
  title: 'Fréchet Inception Distance',
  source: HEUSEL,
  agreesWith: 'pytorch-fid 0.3.0: float64 moments, divisor n − 1',
  disagreements: [
    'TTUR, torch-fidelity, clean-fid and guided-diffusion resize differently and map 255 to 0.992 instead of 1: see fid-tf and fid-clean.',
    'pytorch-fid adds 1e-6 to both diagonals where its matrix root is not finite, and fails on imaginary parts; here the trace is real by construction and nothing is added.',
    'torchmetrics (from 1.8) resizes with antialiasing by default.',
  ],
  encoder: 'inception-v3-fid',
  preprocessing: { resize: 299, resample: 'torch-bilinear', crop: 'none', range: '-1..1' },
});

export const fidTf = frechetRecord({
  id: 'fid-tf',
  label: 'FID (TF resizing)',
  subsets: 'family',
  title: 'Fréchet Inception Distance, TensorFlow preprocessing',
  source: HEUSEL,
  agreesWith: 'torch-fidelity 0.4 and TTUR',
  disagreements: [
    'torch-fidelity takes the mean in float32, which changes the value by up to 1e-5.',
    'TTUR drops the last incomplete batch of 50 images; here every image counts.',
  ],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
});

export const fidClean = frechetRecord({
  id: 'fid-clean',
  label: 'Clean-FID',
  subsets: 'family',
  title: 'Clean FID',
  source: 'Parmar et al. 2022, arXiv:2104.11222',
  agreesWith: 'clean-fid 0.1.35, mode `clean`',
  disagreements: [
    'clean-fid takes the mean in float32, which changes the value by up to 1e-5, and drops imaginary parts without a warning.',
    'dgm-eval with --clean_resize maps pixels to −1..1 instead, so its values differ.',
  ],
  encoder: 'inception-v3-fid',
  preprocessing: { resize: 299, resample: 'pillow-bicubic-float', crop: 'none', range: '(x-128)/128' },
});

export const clipFid = frechetRecord({
  id: 'clip-fid',
  label: 'CLIP-FID',
  subsets: 'family',
  title: 'Fréchet distance of CLIP embeddings',
  source: 'Kynkäänniemi et al. 2023, arXiv:2203.06026',
  agreesWith: 'clean-fid 0.1.35, `clip_vit_b_32` on CPU: embeddings not normalized',
  disagreements: [
    'clean-fid on CUDA computes embeddings and means in float16.',
    'torch-fidelity resizes with TensorFlow’s bilinear filter and does not keep the aspect ratio.',
  ],
  encoder: 'clip-vit-b-32',
  preprocessing: { resize: 224, resample: 'pillow-bicubic', crop: 'center', range: CLIP_RANGE },
});

export const fdDinov2 = frechetRecord({
  id: 'fd-dinov2',
  label: 'FD-DINOv2',
  subsets: 'family',
  title: 'Fréchet distance of DINOv2 embeddings',
  source: 'Stein et al. 2023, arXiv:2306.04675',
  agreesWith: 'dgm-eval 0.1.0, `fd`',
  disagreements: ['dgm-eval with --clean_resize resizes in floating point.'],
  encoder: 'dinov2-vit-l-14',
  preprocessing: { resize: 224, resample: 'pillow-bicubic', crop: 'none', range: IMAGENET_RANGE },
});

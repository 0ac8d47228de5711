import type { Preprocessing } from '../../encoders/images/preprocessing.js';
import { requireEqualWidth } from '../comparable-sets.js';
import { frechetDistanceOfParts } from '../frechet-distance.js';
import type { MetricDefinition } from '../metric-definition.js';
import { type Evaluation, metricDefinition } from '../metric-record.js';
import { gaussianOfSet } from '../set-gaussian.js';

/** What tells one Fréchet protocol from another. */
interface FrechetProtocol {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly agreesWith: string;
  readonly encoder: string;
  readonly preprocessing: Preprocessing;
}

async function frechetDistanceOfSets(id: string, { sets, algebra }: Evaluation): Promise<number> {
  const reference = await gaussianOfSet(sets.reference, id, algebra);
  const generated = await gaussianOfSet(sets.generated, id, algebra);
  requireEqualWidth(sets, reference.mean.length, generated.mean.length);
  const root = await algebra.traceSquareRootOfFactors(reference.factor, generated.factor);
  return frechetDistanceOfParts(reference, generated, root);
}

function frechetRecord(protocol: FrechetProtocol): MetricDefinition {
  const { id } = protocol;
  return metricDefinition({
    ...protocol,
    formula: '‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)',
    uses: 'moments',
    sides: 'both',
    parameters: { covarianceDdof: 1 },
    results: [
      {
        id,
        direction: 'lower-is-better',
        range: [0, null],
        atEquality: 0,
        symmetric: true,
        units: 'squared distance in embedding space',
      },
    ],
    compute: async (evaluation) => [{ id, value: await frechetDistanceOfSets(id, evaluation), warnings: [] }],
  });
}

const HEUSEL = 'Heusel et al. 2017, arXiv:1706.08500';

export const fid = frechetRecord({
  id: 'fid',
  title: 'Fréchet Inception Distance',
  source: HEUSEL,
  agreesWith: 'pytorch-fid 0.3.0: float64 moments, divisor n − 1',
  encoder: 'inception-v3-fid',
  preprocessing: { resize: 299, resample: 'torch-bilinear', crop: 'none', range: '-1..1' },
});

export const fidTf = frechetRecord({
  id: 'fid-tf',
  title: 'Fréchet Inception Distance, TensorFlow preprocessing',
  source: HEUSEL,
  agreesWith:
    'torch-fidelity 0.4 and TTUR; torch-fidelity takes the mean in float32, which moves the value by up to 1e-5',
  encoder: 'inception-v3-fid',
  preprocessing: { resize: 299, resample: 'tf1-bilinear', crop: 'none', range: '(x-128)/128' },
});

export const fidClean = frechetRecord({
  id: 'fid-clean',
  title: 'Clean FID',
  source: 'Parmar et al. 2022, arXiv:2104.11222',
  agreesWith:
    'clean-fid 0.1.35 mode `clean`; it takes the mean in float32, which moves the value by up to 1e-5',
  encoder: 'inception-v3-fid',
  preprocessing: { resize: 299, resample: 'pillow-bicubic-float', crop: 'none', range: '(x-128)/128' },
});

/** CLIP's own normalization, of values in 0..1. */
export const CLIP_RANGE = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

export const clipFid = frechetRecord({
  id: 'clip-fid',
  title: 'Fréchet distance of CLIP embeddings',
  source: 'Kynkäänniemi et al. 2023, arXiv:2203.06026',
  agreesWith: 'clean-fid 0.1.35 `clip_vit_b_32`, embeddings not normalized; on CUDA it works in float16',
  encoder: 'clip-vit-b-32',
  preprocessing: { resize: 224, resample: 'pillow-bicubic', crop: 'center', range: CLIP_RANGE },
});

export const fdDinov2 = frechetRecord({
  id: 'fd-dinov2',
  title: 'Fréchet distance of DINOv2 embeddings',
  source: 'Stein et al. 2023, arXiv:2306.04675',
  agreesWith: 'dgm-eval 0.1.0 `fd`',
  encoder: 'dinov2-vit-l-14',
  preprocessing: {
    resize: 224,
    resample: 'pillow-bicubic',
    crop: 'none',
    range: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  },
});

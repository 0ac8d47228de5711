import type { EncoderIdentity } from '../../encoders/encoder.js';
import { jackknifeProcedure } from '../../metrics/interval-procedure.js';
import type { ScoreReport, ScoreResult } from '../../scoring/score-report.js';

const official: EncoderIdentity = {
  id: 'inception-v3-fid',
  sha256: '9f2c'.repeat(16),
  preprocessing: 'torch-bilinear 299, -1..1',
  origin: 'official',
};

const demo: EncoderIdentity = {
  id: 'demo-inception',
  sha256: '41aa'.repeat(16),
  preprocessing: 'pillow-bicubic 64, 0..1',
  origin: 'demo',
};

const fid: ScoreResult = {
  metric: 'fid',
  protocol: 'fid',
  title: 'Fréchet Inception Distance',
  formula: '‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)',
  source: 'Heusel et al. 2017, arXiv:1706.08500',
  units: 'squared distance in embedding space',
  value: 18.123456789012344,
  standardError: 0.3141,
  interval: {
    low: 15.3,
    high: 16.54,
    level: 0.95,
    method: 'jackknife-20',
    procedure: jackknifeProcedure(20),
    of: 'limit',
    estimate: 15.92,
  },
  direction: 'lower-is-better',
  n: { reference: 10000, generated: 1500 },
  encoder: official,
  parameters: { covarianceDdof: 1 },
  warnings: [{ code: 'BIASED_AT_N', message: 'fid is biased upwards at n = 1,500.' }],
};

const inceptionScore: ScoreResult = {
  metric: 'is',
  protocol: 'is',
  title: 'Inception Score',
  formula: 'exp(E KL(p(y|x) ‖ p(y)))',
  source: 'Salimans et al. 2016, arXiv:1606.03498',
  units: 'effective number of classes',
  value: 9.3312,
  spread: { value: 0.12, of: '10 splits' },
  standardError: null,
  interval: null,
  direction: 'higher-is-better',
  n: { reference: null, generated: 1500 },
  encoder: demo,
  parameters: { isSplits: 10 },
  warnings: [{ code: 'DEMO_ENCODER', message: 'demo encoder: not comparable with published values' }],
};

const cmmd: ScoreResult = {
  metric: 'cmmd',
  protocol: 'cmmd',
  title: 'CLIP MMD',
  formula: '1000 · unbiased MMD²',
  source: 'Jayasumana et al. 2024, arXiv:2401.09603',
  units: 'squared MMD × 1000',
  value: null,
  reason: 'needs at least 2 images; got 1.',
  standardError: null,
  interval: null,
  direction: 'lower-is-better',
  n: { reference: 10000, generated: 1 },
  encoder: official,
  parameters: { sigma: 10 },
  warnings: [],
};

/** A report with one result of each kind: with an error, with a spread and a demo encoder, without a value. */
export const exampleReport: ScoreReport = {
  schema: 'steadfid/score/1',
  version: '0.1.0',
  reference: {
    source: 'photos/',
    n: 10000,
    content: { of: 'images', digest: '5e1f'.repeat(16), decoding: 'orientation ignored' },
    skipped: [],
  },
  generated: {
    source: 'samples <b>"new"</b>/',
    n: 1500,
    content: { of: 'embeddings', digest: 'a0b1'.repeat(16), decoding: null },
    skipped: [{ id: 'a/<img src=x onerror=alert(1)>.png', reason: 'not a readable PNG' }],
  },
  seed: 2020,
  results: [fid, inceptionScore, cmmd],
  warnings: [],
};

import type { Agreement } from '../agreement.js';

const laplace = {
  fixture: 'laplace',
  test: 'test/uncertainty/laplace/posterior.test.ts',
} as const;
const samplers = {
  fixture: 'samplers',
  test: 'test/diffusion/samplers.test.ts',
  of: 'of the scale',
  varies: 'by processor',
} as const;
const generation = {
  fixture: 'generation',
  test: 'test/cli/generation-reference.test.ts',
  reference: '{numpy} in float64 on {torch}’s network and patches',
  of: 'relative L2',
  varies: 'by processor',
} as const;

/** Posteriors of a last layer, samplers, and maps of what they make. */
export const POSTERIOR_AGREEMENTS: readonly Agreement[] = [
  {
    ...laplace,
    step: 'predictive variance, five structures',
    reference: 'Jacobians of {torch}, whole matrices in float64',
    title: 'has the variance of all Jacobians',
    of: 'of the scale',
  },
  {
    ...laplace,
    step: 'log evidence and effective degrees of freedom',
    reference: 'whole matrices of {torch} in float64',
    title: 'has the evidence of whole matrices',
    of: 'relative',
  },
  {
    ...laplace,
    step: 'noise sd and prior precision of the highest evidence',
    reference: '{scipy} optimize.minimize',
    title: 'finds the highest evidence',
    of: 'relative',
  },
  {
    fixture: null,
    step: 'predictive variance in float32, five structures',
    reference: 'the same in float64',
    test: 'test/uncertainty/laplace/predictive-variance.test.ts',
    title: 'equals the exact one of structure',
    of: 'of the scale',
    varies: 'by processor',
  },
  {
    ...samplers,
    step: 'DDIM and DDPM: images of the same noise and network',
    reference: '{ermongroup/ddim}, {torch}',
    title: 'sampleTrajectory is',
    within: ['ermongroup/ddim'],
  },
  {
    ...samplers,
    step: 'DDIM and DDPM, linear and cosine, clipped or not: images',
    reference: '{openai/guided-diffusion}, {torch}',
    title: 'sampleTrajectory is',
    within: ['openai/guided-diffusion'],
  },
  {
    ...samplers,
    step: 'DPM-Solver-2, both spacings: images',
    reference: '{LuChengTHU/dpm-solver}, {torch}',
    title: 'sampleTrajectory is',
    within: ['LuChengTHU/dpm-solver'],
  },
  {
    ...generation,
    step: '`laplace fit` and `predict`, five structures, from file to file',
    title: 'predict of a posterior that is',
  },
  {
    ...generation,
    step: '`generate`: mean and variance of x_0, decoded ones too',
    title: 'generate: ',
  },
  {
    fixture: 'bayesdiff-layout',
    step: '`generate --layout bayesdiff`: tensors and pictures',
    reference: '{torch} load, {torchvision} save_image',
    test: 'test/uncertainty/bayesdiff-layout.test.ts',
    title: 'a folder in the original’s layout',
    of: 'bits',
  },
];

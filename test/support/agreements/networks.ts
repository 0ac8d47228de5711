import type { Agreement } from '../agreement.js';
import { BATCH_TOLERANCE, NETWORK_TOLERANCE } from '../named-tolerances.js';

const INCEPTION = 'test/encoders/networks/inception.test.ts';
const CLIP = 'test/encoders/networks/clip.test.ts';
const DINOV2 = 'test/encoders/networks/dinov2.test.ts';

const network = { fixture: 'networks', of: 'relative L2', varies: 'by processor' } as const;
const inception = {
  ...network,
  test: INCEPTION,
  title: 'embeddings and logits of the whole network are pytorch-fid’s, in batches of any size',
} as const;
const clip = { ...network, test: CLIP, title: 'embeddings are the peer’s, in batches of any size' } as const;
const dinov2 = { ...clip, test: DINOV2 } as const;
const denoisers = {
  fixture: 'denoisers',
  of: 'relative L2',
  varies: 'by processor',
  title: 'noise and features are the authors’',
  tolerance: NETWORK_TOLERANCE,
} as const;
const dropout = {
  ...denoisers,
  test: 'test/diffusion/open-dropout-network.test.ts',
  title: 'under the same masks the noise is the authors’',
} as const;
const itself = { reference: 'one image at a time', tolerance: BATCH_TOLERANCE } as const;

/** Random weights of the true architectures: the weights themselves are the authors' own. */
export const NETWORK_AGREEMENTS: readonly Agreement[] = [
  {
    ...inception,
    step: 'FID Inception: embeddings and unbiased logits',
    reference: '{peer of inception}, {torch}',
    tolerance: NETWORK_TOLERANCE,
    source: 'encoders/networks/inception.ts',
  },
  {
    ...network,
    step: 'FID Inception: taps of 64, 192 and 768, and the spatial one of `sfid`',
    reference: '{peer of inception}, {torch}',
    test: INCEPTION,
    title: 'are the peer’s',
    within: ['embeddings at tap'],
  },
  { ...inception, ...itself, step: 'FID Inception in batches' },
  {
    ...clip,
    step: 'CLIP, OpenAI’s names',
    reference: '{peer of clip-openai}, {torch}',
    within: ['clip-openai:'],
    tolerance: NETWORK_TOLERANCE,
    source: 'encoders/networks/clip.ts',
  },
  {
    ...network,
    step: 'CLIP, OpenAI’s archive in float16',
    reference: '{peer of clip-openai-archive}, {torch}',
    test: CLIP,
    title: 'an archive as OpenAI publishes it is read',
  },
  {
    ...clip,
    step: 'CLIP, Hugging Face’s names, both activations',
    reference: '{transformers}, {torch}',
    within: ['clip-hugging-face'],
    tolerance: NETWORK_TOLERANCE,
  },
  { ...clip, ...itself, step: 'CLIP in batches' },
  {
    ...dinov2,
    step: 'DINOv2 with an MLP (S, L)',
    reference: '{peer of dinov2}, {torch}',
    within: ['dinov2:'],
    tolerance: NETWORK_TOLERANCE,
    source: 'encoders/networks/dinov2.ts',
  },
  {
    ...dinov2,
    step: 'DINOv2 with gates (g)',
    reference: '{peer of dinov2-gated}, {torch}',
    within: ['dinov2-gated:'],
    tolerance: NETWORK_TOLERANCE,
  },
  { ...dinov2, ...itself, step: 'DINOv2 in batches' },
  {
    fixture: 'networks',
    of: 'relative L2',
    step: 'DINOv2’s positions, from 518 to 224 px',
    reference: '{torch}',
    test: DINOV2,
    title: 'positions of a 37 × 37 grid at 16 × 16 are torch’s',
    source: 'encoders/networks/interpolated-positions.ts',
  },
  {
    ...denoisers,
    step: 'DDPM’s U-Net: noise and features',
    reference: '{peer of ddpm}, {torch}',
    test: 'test/diffusion/networks/ddpm.test.ts',
    source: 'diffusion/networks/ddpm.ts',
  },
  {
    ...denoisers,
    step: 'guided diffusion’s U-Net: noise and features',
    reference: '{peer of adm-plain}, {torch}',
    test: 'test/diffusion/networks/adm.test.ts',
    source: 'diffusion/networks/adm.ts',
  },
  {
    ...denoisers,
    step: '`UNet2DModel` of diffusers: noise and features',
    reference: '{peer of diffusers-ddpm}, {torch}',
    test: 'test/diffusion/networks/diffusers-unet.test.ts',
    source: 'diffusion/networks/diffusers-unet.ts',
  },
  {
    ...denoisers,
    step: 'U-ViT: noise and features',
    reference: '{peer of uvit}, {torch}',
    test: 'test/diffusion/networks/u-vit.test.ts',
    source: 'diffusion/networks/u-vit.ts',
  },
  ...[
    { name: 'ddpm-dropout', network: 'DDPM’s U-Net' },
    { name: 'adm-dropout', network: 'guided diffusion’s U-Net' },
    { name: 'diffusers-dropout', network: '`UNet2DModel` of diffusers' },
  ].map(({ name, network }) => ({
    ...dropout,
    step: `${network}: noise under masks of dropout`,
    reference: `{peer of ${name}}, {torch}`,
    within: [`${name}:`],
  })),
];

import type { Preprocessing } from '../images/preprocessing.js';
import { unknownNameError } from '../unknown-name-error.js';
import {
  clipPreprocessing,
  DINOV2_PREPROCESSING,
  INCEPTION_PREPROCESSING,
} from './published-preprocessings.js';

/** A file of weights as its authors publish it. */
export interface PublishedCheckpoint {
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** who says that this is the hash, since not all authors do */
  readonly hashSource: string;
}

/** The tiny networks that ship with the suite. */
export const DEMO_ENCODERS = ['demo-inception', 'demo-clip'] as const;
export type DemoEncoder = (typeof DEMO_ENCODERS)[number];

/** A published network: what a metric's numbers are defined on. */
export interface OfficialEncoder {
  readonly id: string;
  readonly title: string;
  readonly architecture: 'inception' | 'clip' | 'dinov2';
  /** what plays its part where a demo encoder is asked for */
  readonly demo: DemoEncoder;
  /** columns of its embeddings */
  readonly dimensions: number;
  readonly checkpoint: PublishedCheckpoint;
  /** the same weights in another author's file */
  readonly otherCheckpoints: readonly PublishedCheckpoint[];
  readonly license: string;
  /** its authors'; a metric may have its own */
  readonly preprocessing: Preprocessing;
  readonly source: string;
}

const CLIP_HOST = 'https://openaipublic.azureedge.net/clip/models';
const DINOV2_HOST = 'https://dl.fbaipublicfiles.com/dinov2';
const HASH_IN_URL = 'its authors: part of the address, and checked by their loader';
const HASH_ON_RECORD =
  'independent public records that agree; its authors publish none (size and hash are checked together)';

function clipCheckpoint(file: string, sha256: string, sizeBytes: number): PublishedCheckpoint {
  return { file, url: `${CLIP_HOST}/${sha256}/${file}`, sha256, sizeBytes, hashSource: HASH_IN_URL };
}

function dinov2Checkpoint(
  size: 's' | 'b' | 'l' | 'g',
  sha256: string,
  sizeBytes: number,
): PublishedCheckpoint {
  const file = `dinov2_vit${size}14_pretrain.pth`;
  return {
    file,
    url: `${DINOV2_HOST}/dinov2_vit${size}14/${file}`,
    sha256,
    sizeBytes,
    hashSource: HASH_ON_RECORD,
  };
}

function clip(
  network: Pick<OfficialEncoder, 'id' | 'title' | 'dimensions' | 'checkpoint'> & {
    readonly side: number;
  },
): OfficialEncoder {
  const { side, ...record } = network;
  return {
    ...record,
    architecture: 'clip',
    demo: 'demo-clip',
    otherCheckpoints: [],
    license: 'MIT (openai/CLIP)',
    preprocessing: clipPreprocessing(side),
    source: 'Radford et al. 2021, arXiv:2103.00020',
  };
}

function dinov2(
  network: Pick<OfficialEncoder, 'id' | 'title' | 'dimensions' | 'checkpoint'>,
): OfficialEncoder {
  return {
    ...network,
    architecture: 'dinov2',
    demo: 'demo-inception',
    otherCheckpoints: [],
    license: 'Apache-2.0 (facebookresearch/dinov2)',
    preprocessing: DINOV2_PREPROCESSING,
    source: 'Oquab et al. 2023, arXiv:2304.07193',
  };
}

/** The published networks, by whose id a metric names them. */
export const ENCODER_CATALOG: readonly OfficialEncoder[] = [
  {
    id: 'inception-v3-fid',
    title: 'Inception v3 of TensorFlow’s 2015-12-05 graph',
    architecture: 'inception',
    demo: 'demo-inception',
    dimensions: 2048,
    checkpoint: {
      file: 'pt_inception-2015-12-05-6726825d.pth',
      url: 'https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth',
      sha256: '6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2',
      sizeBytes: 95_628_359,
      hashSource:
        'its authors: the first 8 digits, in the name; the others by independent public records that agree',
    },
    otherCheckpoints: [
      {
        file: 'inception-2015-12-05.pt',
        url: 'https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained/metrics/inception-2015-12-05.pt',
        sha256: 'f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4',
        sizeBytes: 95_607_719,
        hashSource: HASH_ON_RECORD,
      },
    ],
    license: 'Apache-2.0 (pytorch-fid; TensorFlow’s weights)',
    preprocessing: INCEPTION_PREPROCESSING,
    source: 'Szegedy et al. 2015, arXiv:1512.00567; Heusel et al. 2017, arXiv:1706.08500',
  },
  clip({
    id: 'clip-vit-b-32',
    title: 'CLIP ViT-B/32',
    dimensions: 512,
    side: 224,
    checkpoint: clipCheckpoint(
      'ViT-B-32.pt',
      '40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af',
      353_976_522,
    ),
  }),
  clip({
    id: 'clip-vit-b-16',
    title: 'CLIP ViT-B/16',
    dimensions: 512,
    side: 224,
    checkpoint: clipCheckpoint(
      'ViT-B-16.pt',
      '5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f',
      350_837_078,
    ),
  }),
  clip({
    id: 'clip-vit-l-14',
    title: 'CLIP ViT-L/14',
    dimensions: 768,
    side: 224,
    checkpoint: clipCheckpoint(
      'ViT-L-14.pt',
      'b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836',
      932_768_134,
    ),
  }),
  clip({
    id: 'clip-vit-l-14-336',
    title: 'CLIP ViT-L/14 at 336 px',
    dimensions: 768,
    side: 336,
    checkpoint: clipCheckpoint(
      'ViT-L-14-336px.pt',
      '3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02',
      934_088_680,
    ),
  }),
  dinov2({
    id: 'dinov2-vit-s-14',
    title: 'DINOv2 ViT-S/14',
    dimensions: 384,
    checkpoint: dinov2Checkpoint(
      's',
      'b938bf1bc15cd2ec0feacfe3a1bb553fe8ea9ca46a7e1d8d00217f29aef60cd9',
      88_283_115,
    ),
  }),
  dinov2({
    id: 'dinov2-vit-b-14',
    title: 'DINOv2 ViT-B/14',
    dimensions: 768,
    checkpoint: dinov2Checkpoint(
      'b',
      '0b8b82f85de91b424aded121c7e1dcc2b7bc6d0adeea651bf73a13307fad8c73',
      346_378_731,
    ),
  }),
  dinov2({
    id: 'dinov2-vit-l-14',
    title: 'DINOv2 ViT-L/14',
    dimensions: 1024,
    checkpoint: dinov2Checkpoint(
      'l',
      'd5383ea8f4877b2472eb973e0fd72d557c7da5d3611bd527ceeb1d7162cbf428',
      1_217_586_395,
    ),
  }),
  dinov2({
    id: 'dinov2-vit-g-14',
    title: 'DINOv2 ViT-g/14',
    dimensions: 1536,
    checkpoint: dinov2Checkpoint(
      'g',
      'baf8467e50af277596bbbafa06887c177ee899ab46033649c383577d7e9309d3',
      4_546_108_579,
    ),
  }),
];

/**
 * A published network by its id.
 *
 * @throws OptionError UNKNOWN_ENCODER with the nearest id that there is
 */
export function officialEncoder(id: string): OfficialEncoder {
  const found = ENCODER_CATALOG.find((encoder) => encoder.id === id);
  if (found !== undefined) return found;
  throw unknownNameError('UNKNOWN_ENCODER', {
    where: 'encoder',
    what: 'encoder',
    name: id,
    known: ENCODER_CATALOG.map((encoder) => encoder.id),
  });
}

/** The published network whose checkpoint has these bytes. */
export function encoderOfCheckpoint(
  sha256: string,
  catalog: readonly OfficialEncoder[] = ENCODER_CATALOG,
): OfficialEncoder | undefined {
  return catalog.find(({ checkpoint, otherCheckpoints }) =>
    [checkpoint, ...otherCheckpoints].some((published) => published.sha256 === sha256),
  );
}

import type { Parameters } from '../metric-definition.js';

// Data alone: the commands' help is made from it, and loads no record.

/** How the numbers of published tables are made: metrics, their parameters, how many images, and of what. */
export interface PublishedProtocol {
  readonly id: string;
  readonly title: string;
  /** whose code or paper says so */
  readonly source: string;
  /** ids of the catalog, in the order in which its code prints them */
  readonly metrics: readonly string[];
  /** the network that all of them take; without, each takes its own */
  readonly encoder?: string;
  /** where they differ from the metrics' defaults, or where a change would leave the protocol */
  readonly parameters: Parameters;
  /** generated images; null: as many as there are */
  readonly n: number | null;
  /** what the reference is */
  readonly reference: string;
  /** how the images are kept before they are resized */
  readonly images: string;
  /** reference images at most; null: as many as there are */
  readonly mostReference: number | null;
  /** metrics that look at so many images of each side at most, drawn at random, and at no more of one than the other has */
  readonly draws: Readonly<Record<string, number>>;
  /** what its code does otherwise, or gives beside these */
  readonly apart: readonly string[];
}

const FIFTY_THOUSAND = 50_000;
const PNG = '8 bits, lossless (PNG)';
/** Of 100 random subsets of 1,000 images. */
const KID_DRAWS = { kidSubsets: 100, kidSubsetSize: 1000 } as const;
const WITHOUT_VGG = 'Precision and recall are omitted: the original uses VGG16, which is not in the catalog.';

export const PROTOCOLS: readonly PublishedProtocol[] = [
  {
    id: 'adm',
    title: 'guided-diffusion’s evaluator',
    source:
      'openai/guided-diffusion, evaluations/evaluator.py at 22e0df8; Dhariwal and Nichol 2021, arXiv:2105.05233',
    metrics: ['is', 'fid-tf', 'sfid', 'precision-recall'],
    parameters: { isSplitting: 'chunks-of-5000', prcNeighborhood: 3 },
    n: FIFTY_THOUSAND,
    reference:
      'its reference batch: mu, sigma, mu_s and sigma_s of the whole dataset, and 10,000 images (arr_0) for precision and recall',
    images: 'an array of bytes (arr_0), N × H × W × 3',
    mostReference: null,
    draws: {},
    apart: [
      'The original takes means in float32, which changes FID and sFID by up to 1e-5.',
      'Distances for precision and recall are float16 in the original and float64 here: values of simulated embeddings differ by up to 0.005.',
    ],
  },
  {
    id: 'edm',
    title: 'EDM’s fid.py',
    source: 'NVlabs/edm, fid.py; Karras et al. 2022, arXiv:2206.00364',
    metrics: ['fid-tf'],
    parameters: {},
    n: FIFTY_THOUSAND,
    reference: 'statistics (mu, sigma) of the whole training set, without mirrored copies',
    images: PNG,
    mostReference: null,
    draws: {},
    apart: [
      'The published value is the minimum of three, with seeds 0–49999, 50000–99999 and 100000–149999: compute all three, and state which you report.',
    ],
  },
  {
    id: 'stylegan',
    title: 'StyleGAN2-ADA’s and StyleGAN3’s calc_metrics.py',
    source:
      'NVlabs/stylegan3, metric_main.py: fid50k_full, kid50k_full, is50k; Karras et al. 2020, arXiv:2006.06676',
    metrics: ['fid-tf', 'kid', 'is'],
    parameters: { ...KID_DRAWS, isSplits: 10, isSplitting: 'chunks-of-5000' },
    n: FIFTY_THOUSAND,
    reference: 'all training images, without mirrored copies',
    images: PNG,
    mostReference: null,
    draws: {},
    apart: [
      'The original takes IS over ten consecutive splits: chunks of 5,000 for 50,000 images.',
      'The original draws KID’s subsets without a seed: values differ within their spread.',
      WITHOUT_VGG,
    ],
  },
  {
    id: 'dgm-eval',
    title: 'dgm-eval',
    source: 'layer6ai-labs/dgm-eval; Stein et al. 2023, arXiv:2306.04675',
    metrics: ['fd-dinov2', 'kid', 'prdc', 'authpct'],
    encoder: 'dinov2-vit-l-14',
    parameters: { ...KID_DRAWS, nearestK: 5 },
    n: FIFTY_THOUSAND,
    reference: 'the training set, or 50,000 random images of it',
    images: PNG,
    mostReference: FIFTY_THOUSAND,
    draws: { prdc: 10_000 },
    apart: [
      'The original draws without a seed: values differ within their spread.',
      'C_T and FLS, which need a test set, are omitted.',
    ],
  },
  {
    id: 'clean-fid',
    title: 'clean-fid, mode clean',
    source: 'GaParmar/clean-fid 0.1.35; Parmar et al. 2022, arXiv:2104.11222',
    metrics: ['fid-clean'],
    parameters: {},
    n: null,
    reference: 'its statistics of a dataset, named by dataset, resolution and split, or a folder',
    images: PNG,
    mostReference: null,
    draws: {},
    apart: ['The original takes means in float32, which changes the value by up to 1e-5.'],
  },
  {
    id: 'torch-fidelity',
    title: 'torch-fidelity',
    source: 'toshas/torch-fidelity 0.4',
    metrics: ['is', 'fid-tf', 'kid'],
    parameters: { ...KID_DRAWS, isSplits: 10, isSplitting: 'permuted', seed: 2020 },
    n: null,
    reference: 'a folder or a registered dataset',
    images: PNG,
    mostReference: null,
    draws: {},
    apart: ['The original takes means in float32, which changes FID by up to 1e-5.', WITHOUT_VGG],
  },
  {
    id: 'pytorch-fid',
    title: 'pytorch-fid',
    source: 'mseitzer/pytorch-fid 0.3.0',
    metrics: ['fid'],
    parameters: {},
    n: null,
    reference: 'a folder, or statistics that it wrote',
    images: PNG,
    mostReference: null,
    draws: {},
    apart: [],
  },
  {
    id: 'cmmd',
    title: 'CMMD as Google’s code gives it',
    source: 'google-research/cmmd; Jayasumana et al. 2024, arXiv:2401.09603',
    metrics: ['cmmd-v', 'cmmd'],
    parameters: {},
    n: null,
    reference: 'in published tables 30,000 images of COCO, as many as generated',
    images: PNG,
    mostReference: null,
    draws: {},
    apart: [
      'The code computes cmmd-v, the biased V-statistic; the paper defines cmmd, the unbiased U-statistic.',
      'The code drops the last incomplete batch of each folder; here every image counts.',
    ],
  },
];

/** A convolution without bias, then batch norm and ReLU. */
export interface Convolution {
  readonly kind: 'convolution';
  /** in pytorch-fid's and torch-fidelity's checkpoints, within its block */
  readonly name: string;
  /** in the TensorFlow graph of 2015-12-05, within its block */
  readonly node: string;
  readonly outChannels: number;
  /** height, width */
  readonly kernel: readonly [number, number];
  readonly stride: 1 | 2;
  readonly padding: 'same' | 'valid';
}

export interface Pool {
  readonly kind: 'average-pool' | 'max-pool';
  readonly stride: 1 | 2;
}

/** Steps one after the other; the last may be two convolutions side by side whose outputs are joined. */
export interface Branch {
  readonly steps: readonly (Convolution | Pool)[];
  readonly fork?: readonly [Convolution, Convolution];
}

/** Branches that read one input, joined along the channels in this order. */
export interface Block {
  /** prefix of its layers' names in the checkpoint; empty before the first block */
  readonly name: string;
  /** the same in the TensorFlow graph */
  readonly node: string;
  readonly branches: readonly Branch[];
  /** embeddings of this width may be taken after it */
  readonly tap?: '64' | '192' | '768' | '2048';
}

type Kernel = number | readonly [number, number];

function convolution(
  name: string,
  node: string,
  outChannels: number,
  kernel: Kernel,
  step: Partial<Pick<Convolution, 'stride' | 'padding'>> = {},
): Convolution {
  const { stride = 1, padding = stride === 2 ? 'valid' : 'same' } = step;
  const sides = typeof kernel === 'number' ? ([kernel, kernel] as const) : kernel;
  return { kind: 'convolution', name, node, outChannels, kernel: sides, stride, padding };
}

const branch = (...steps: readonly (Convolution | Pool)[]): Branch => ({ steps });
const AVERAGE_POOL: Pool = { kind: 'average-pool', stride: 1 };
const MAX_POOL: Pool = { kind: 'max-pool', stride: 1 };
const HALVING_MAX_POOL: Pool = { kind: 'max-pool', stride: 2 };

const FIRST_STEM: Block = {
  name: '',
  node: '',
  branches: [
    branch(
      convolution('Conv2d_1a_3x3', 'conv', 32, 3, { stride: 2 }),
      convolution('Conv2d_2a_3x3', 'conv_1', 32, 3, { padding: 'valid' }),
      convolution('Conv2d_2b_3x3', 'conv_2', 64, 3),
      HALVING_MAX_POOL,
    ),
  ],
  tap: '64',
};

const SECOND_STEM: Block = {
  name: '',
  node: '',
  branches: [
    branch(
      convolution('Conv2d_3b_1x1', 'conv_3', 80, 1),
      convolution('Conv2d_4a_3x3', 'conv_4', 192, 3, { padding: 'valid' }),
      HALVING_MAX_POOL,
    ),
  ],
  tap: '192',
};

/** 35 × 35 */
const blockA = (name: string, node: string, poolChannels: number): Block => ({
  name,
  node,
  branches: [
    branch(convolution('branch1x1', 'conv', 64, 1)),
    branch(
      convolution('branch5x5_1', 'tower/conv', 48, 1),
      convolution('branch5x5_2', 'tower/conv_1', 64, 5),
    ),
    branch(
      convolution('branch3x3dbl_1', 'tower_1/conv', 64, 1),
      convolution('branch3x3dbl_2', 'tower_1/conv_1', 96, 3),
      convolution('branch3x3dbl_3', 'tower_1/conv_2', 96, 3),
    ),
    branch(AVERAGE_POOL, convolution('branch_pool', 'tower_2/conv', poolChannels, 1)),
  ],
});

/** 35 × 35 → 17 × 17 */
const blockB = (name: string, node: string): Block => ({
  name,
  node,
  branches: [
    branch(convolution('branch3x3', 'conv', 384, 3, { stride: 2 })),
    branch(
      convolution('branch3x3dbl_1', 'tower/conv', 64, 1),
      convolution('branch3x3dbl_2', 'tower/conv_1', 96, 3),
      convolution('branch3x3dbl_3', 'tower/conv_2', 96, 3, { stride: 2 }),
    ),
    branch(HALVING_MAX_POOL),
  ],
});

/** 17 × 17 */
const blockC = (name: string, node: string, middle: number): Block => ({
  name,
  node,
  branches: [
    branch(convolution('branch1x1', 'conv', 192, 1)),
    branch(
      convolution('branch7x7_1', 'tower/conv', middle, 1),
      convolution('branch7x7_2', 'tower/conv_1', middle, [1, 7]),
      convolution('branch7x7_3', 'tower/conv_2', 192, [7, 1]),
    ),
    branch(
      convolution('branch7x7dbl_1', 'tower_1/conv', middle, 1),
      convolution('branch7x7dbl_2', 'tower_1/conv_1', middle, [7, 1]),
      convolution('branch7x7dbl_3', 'tower_1/conv_2', middle, [1, 7]),
      convolution('branch7x7dbl_4', 'tower_1/conv_3', middle, [7, 1]),
      convolution('branch7x7dbl_5', 'tower_1/conv_4', 192, [1, 7]),
    ),
    branch(AVERAGE_POOL, convolution('branch_pool', 'tower_2/conv', 192, 1)),
  ],
});

/** 17 × 17 → 8 × 8 */
const blockD = (name: string, node: string): Block => ({
  name,
  node,
  branches: [
    branch(
      convolution('branch3x3_1', 'tower/conv', 192, 1),
      convolution('branch3x3_2', 'tower/conv_1', 320, 3, { stride: 2 }),
    ),
    branch(
      convolution('branch7x7x3_1', 'tower_1/conv', 192, 1),
      convolution('branch7x7x3_2', 'tower_1/conv_1', 192, [1, 7]),
      convolution('branch7x7x3_3', 'tower_1/conv_2', 192, [7, 1]),
      convolution('branch7x7x3_4', 'tower_1/conv_3', 192, 3, { stride: 2 }),
    ),
    branch(HALVING_MAX_POOL),
  ],
});

/** 8 × 8 */
const blockE = (name: string, node: string, pool: Pool): Block => ({
  name,
  node,
  branches: [
    branch(convolution('branch1x1', 'conv', 320, 1)),
    {
      steps: [convolution('branch3x3_1', 'tower/conv', 384, 1)],
      fork: [
        convolution('branch3x3_2a', 'tower/mixed/conv', 384, [1, 3]),
        convolution('branch3x3_2b', 'tower/mixed/conv_1', 384, [3, 1]),
      ],
    },
    {
      steps: [
        convolution('branch3x3dbl_1', 'tower_1/conv', 448, 1),
        convolution('branch3x3dbl_2', 'tower_1/conv_1', 384, 3),
      ],
      fork: [
        convolution('branch3x3dbl_3a', 'tower_1/mixed/conv', 384, [1, 3]),
        convolution('branch3x3dbl_3b', 'tower_1/mixed/conv_1', 384, [3, 1]),
      ],
    },
    branch(pool, convolution('branch_pool', 'tower_2/conv', 192, 1)),
  ],
});

/**
 * The Inception v3 of TensorFlow's graph of 2015-12-05, which FID, KID and IS are defined by: 94 convolutions.
 *
 * It is not torchvision's: average pools divide by the elements inside the image alone, the last block pools by maximum,
 * and there are 1,008 classes.
 *
 * Source: Szegedy et al. 2015, arXiv:1512.00567; the graph, as ported by pytorch-fid and torch-fidelity.
 */
export const INCEPTION_BLOCKS: readonly Block[] = [
  FIRST_STEM,
  SECOND_STEM,
  blockA('Mixed_5b', 'mixed', 32),
  blockA('Mixed_5c', 'mixed_1', 64),
  blockA('Mixed_5d', 'mixed_2', 64),
  blockB('Mixed_6a', 'mixed_3'),
  blockC('Mixed_6b', 'mixed_4', 128),
  blockC('Mixed_6c', 'mixed_5', 160),
  blockC('Mixed_6d', 'mixed_6', 160),
  { ...blockC('Mixed_6e', 'mixed_7', 192), tap: '768' },
  blockD('Mixed_7a', 'mixed_8'),
  blockE('Mixed_7b', 'mixed_9', AVERAGE_POOL),
  { ...blockE('Mixed_7c', 'mixed_10', MAX_POOL), tap: '2048' },
];

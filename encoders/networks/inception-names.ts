import type { Checkpoint } from '../checkpoints/checkpoint.js';
import type { Block, Convolution } from './inception-layers.js';
import { prefixOf } from './network-weights.js';

/** What a kind of checkpoint calls the tensors of an FID Inception. */
export interface InceptionNames {
  /** one that every such file has */
  readonly anchor: string;
  convolution(
    block: Block,
    layer: Convolution,
  ): {
    readonly weight: string;
    /** null where batch norm has no factor */
    readonly scale: string | null;
    readonly shift: string;
    readonly mean: string;
    readonly variance: string;
  };
  /** (1008, 2048) */
  readonly classes: string;
}

/** pytorch-fid's and torch-fidelity's files. */
const TORCH: InceptionNames = {
  anchor: 'Conv2d_1a_3x3.conv.weight',
  convolution(block, layer) {
    const name = block.name === '' ? layer.name : `${block.name}.${layer.name}`;
    return {
      weight: `${name}.conv.weight`,
      scale: `${name}.bn.weight`,
      shift: `${name}.bn.bias`,
      mean: `${name}.bn.running_mean`,
      variance: `${name}.bn.running_var`,
    };
  },
  classes: 'fc.weight',
};

/** NVIDIA's TorchScript archive, which clean-fid and StyleGAN use: named after the nodes of the TensorFlow graph. */
const NVIDIA: InceptionNames = {
  anchor: 'layers.conv.weight',
  convolution(block, layer) {
    const isLast = block.node === 'mixed_9' || block.node === 'mixed_10';
    const node = layer.node.replaceAll('/', isLast ? '_' : '.');
    const name = ['layers', block.node, node].filter((part) => part !== '').join('.');
    return {
      weight: `${name}.weight`,
      scale: null,
      shift: `${name}.beta`,
      mean: `${name}.mean`,
      variance: `${name}.var`,
    };
  },
  classes: 'output.weight',
};

/** The names that a checkpoint uses; pytorch-fid's where it has neither. */
export function inceptionNames(checkpoint: Checkpoint): InceptionNames {
  return prefixOf(checkpoint, NVIDIA.anchor) === undefined ? TORCH : NVIDIA;
}

import { type NetworkWeights, stacked } from './network-weights.js';
import type { Linear } from './transformer-blocks.js';

/** What a kind of file calls the tensors of a CLIP image tower. */
export interface ClipNames {
  /** what the names of the tower's tensors begin with */
  readonly prefix: RegExp;
  /** tensors of it that are no weights */
  readonly unused: RegExp;
  /** (width, 3, patch, patch); one that every such file has */
  readonly patch: string;
  /** one that ResNet towers have, and transformers do not */
  readonly resnetLayer: string;
  /** (width) */
  readonly classToken: string;
  /** (tokens, width) */
  readonly positions: string;
  readonly inputNorm: string;
  readonly outputNorm: string;
  readonly projectionWeight: string;
  /** which axis of the projection is which */
  projection(
    weights: NetworkWeights,
    width: number,
  ): { readonly size: number; readonly rows: 'inputs' | 'outputs' };
  block(index: number): {
    /** its weight; a block of this index exists if it does */
    readonly attentionNorm: string;
    readonly feedForwardNorm: string;
    queryKeyValue(weights: NetworkWeights, width: number): Linear;
    readonly attentionOutput: string;
    readonly expand: string;
    readonly contract: string;
  };
}

/** OpenAI's archives, and open_clip's files. */
export const OPENAI: ClipNames = {
  prefix: /^visual\./,
  unused: /^$/,
  patch: 'visual.conv1.weight',
  resnetLayer: 'visual.layer1.0.conv1.weight',
  classToken: 'visual.class_embedding',
  positions: 'visual.positional_embedding',
  inputNorm: 'visual.ln_pre',
  outputNorm: 'visual.ln_post',
  projectionWeight: 'visual.proj',
  projection: (weights) => ({ size: weights.shapeOf('visual.proj', 2)[1]!, rows: 'inputs' }),
  block(index) {
    const name = `visual.transformer.resblocks.${index}`;
    return {
      attentionNorm: `${name}.ln_1.weight`,
      feedForwardNorm: `${name}.ln_2.weight`,
      queryKeyValue: (weights, width) => ({
        weight: weights.constant(`${name}.attn.in_proj_weight`, [3 * width, width]),
        bias: weights.constant(`${name}.attn.in_proj_bias`, [3 * width]),
      }),
      attentionOutput: `${name}.attn.out_proj`,
      expand: `${name}.mlp.c_fc`,
      contract: `${name}.mlp.c_proj`,
    };
  },
};

/** transformers' CLIPModel and CLIPVisionModelWithProjection. */
export const HUGGING_FACE: ClipNames = {
  prefix: /^(?:vision_model|visual_projection)\./,
  unused: /\.position_ids$/,
  patch: 'vision_model.embeddings.patch_embedding.weight',
  resnetLayer: 'vision_model.encoder.layer1',
  classToken: 'vision_model.embeddings.class_embedding',
  positions: 'vision_model.embeddings.position_embedding.weight',
  inputNorm: 'vision_model.pre_layrnorm', // misspelled by its authors
  outputNorm: 'vision_model.post_layernorm',
  projectionWeight: 'visual_projection.weight',
  projection: (weights) => ({ size: weights.shapeOf('visual_projection.weight', 2)[0]!, rows: 'outputs' }),
  block(index) {
    const name = `vision_model.encoder.layers.${index}`;
    const parts = ['q_proj', 'k_proj', 'v_proj'].map((part) => `${name}.self_attn.${part}`);
    return {
      attentionNorm: `${name}.layer_norm1.weight`,
      feedForwardNorm: `${name}.layer_norm2.weight`,
      queryKeyValue: (weights, width) => ({
        weight: stacked(parts.map((part) => weights.constant(`${part}.weight`, [width, width]))),
        bias: stacked(parts.map((part) => weights.constant(`${part}.bias`, [width]))),
      }),
      attentionOutput: `${name}.self_attn.out_proj`,
      expand: `${name}.mlp.fc1`,
      contract: `${name}.mlp.fc2`,
    };
  },
};

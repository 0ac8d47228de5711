import type { Checkpoint } from '../../encoders/checkpoints/checkpoint.js';
import { NetworkWeights } from '../../encoders/networks/network-weights.js';
import type { BetaSchedule } from '../denoiser.js';
import { type DenoiserPlan, uNetPlan } from './denoiser-plan.js';
import { requiredHeads } from './denoiser-settings.js';
import type { DiffusersConfig } from './diffusers-config.js';
import { timeWaves } from './time-waves.js';
import type { Block, Downsampling, UNet } from './u-net.js';
import { UNetLayers } from './u-net-layers.js';

const ANCHOR = 'conv_in.weight';
const NAMES = {
  inNorm: 'norm1',
  inConvolution: 'conv1',
  time: 'time_emb_proj',
  outNorm: 'norm2',
  outConvolution: 'conv2',
  shortcut: 'conv_shortcut',
};
const ATTENTION = {
  norm: 'group_norm',
  queryKeyValue: ['to_q', 'to_k', 'to_v'],
  output: 'to_out.0',
} as const;
/** until diffusers 0.16 */
const OLD_ATTENTION = {
  norm: 'group_norm',
  queryKeyValue: ['query', 'key', 'value'],
  output: 'proj_attn',
} as const;

/**
 * diffusers' `UNet2DModel` of attention and residual blocks, by its tensors and its `config.json`.
 *
 * @throws InputError UNREADABLE_FILE naming the tensor that is missing or has another shape
 *
 * Agrees with: diffusers 0.25.1 to 1e-5 (relative L2), test/reference/denoisers.json.
 */
export function diffusersUNetPlan(
  checkpoint: Checkpoint,
  {
    config,
    imageSize,
    schedule,
    dropout = config.dropout,
    assumptions,
  }: {
    readonly config: DiffusersConfig;
    readonly imageSize: number | readonly [number, number];
    readonly schedule: BetaSchedule;
    /** default: that of the config */
    readonly dropout?: number | undefined;
    readonly assumptions: readonly string[];
  },
): DenoiserPlan {
  const weights = new NetworkWeights(checkpoint, ANCHOR, {
    network: 'a UNet2DModel of diffusers',
    help: 'Give a UNet2DModel of blocks with self-attention; UNet2DConditionModel and the blocks with skips are other networks.',
  });
  const layers = new UNetLayers(weights, NAMES, { groups: config.norm_num_groups, epsilon: config.norm_eps });
  const network = new DiffusersUNet(layers, config, dropout).uNet();
  weights.requireAllUsed(/^/, /^$/);
  return uNetPlan({
    architecture: 'diffusers-unet',
    name: 'UNet2DModel',
    network,
    imageSize,
    schedule,
    assumptions,
  });
}

class DiffusersUNet {
  readonly #layers: UNetLayers;
  readonly #config: DiffusersConfig;
  readonly #dropout: number;
  readonly #kept: number[] = [];
  #channels = 0;

  constructor(layers: UNetLayers, config: DiffusersConfig, dropout: number) {
    this.#layers = layers;
    this.#config = config;
    this.#dropout = dropout;
  }

  uNet(): UNet {
    const layers = this.#layers;
    const {
      center_input_sample,
      flip_sin_to_cos,
      freq_shift,
      mid_block_scale_factor: divisor,
    } = this.#config;
    const [width, channels] = layers.weights.shapeOf(ANCHOR, 4) as [number, number];
    const embedding = layers.outputs('time_embedding.linear_1');
    this.#channels = width;
    this.#kept.push(width);
    const levels = this.#count((i) => `down_blocks.${i}.resnets.0.conv1.weight`);
    const down = Array.from({ length: levels }, (_, i) => this.#down(i)).flat();
    const middle = this.#layers.weights.has('mid_block.resnets.0.conv1.weight')
      ? [
          this.#residual('mid_block.resnets.0', divisor),
          ...this.#attentionIfThere('mid_block.attentions.0', divisor, this.#config.attn_norm_num_groups),
          this.#residual('mid_block.resnets.1', divisor),
        ]
      : [];
    const up = Array.from({ length: levels }, (_, i) => this.#up(i)).flat();
    return {
      channels,
      dropout: this.#dropout,
      centering: center_input_sample ? 'to-minus-one-and-one' : 'none',
      time: {
        waves: timeWaves({
          width,
          shift: freq_shift,
          order: flip_sin_to_cos ? 'cosine-sine' : 'sine-cosine',
          rounding: 'product-first',
        }),
        first: layers.linear('time_embedding.linear_1', width),
        second: layers.linear('time_embedding.linear_2', embedding),
      },
      classes: this.#classes(embedding),
      inConvolution: layers.convolution('conv_in', channels, 3),
      down,
      middle,
      up,
      outNorm: layers.groupNorm('conv_norm_out', this.#channels),
      outConvolution: layers.noiseConvolution('conv_out', this.#channels, channels),
    };
  }

  /** Groups of blocks whose results are kept, one level of resolution. */
  #down(level: number): readonly Block[][] {
    const name = `down_blocks.${level}`;
    const blocks = this.#count((i) => `${name}.resnets.${i}.conv1.weight`);
    const groups = Array.from({ length: blocks }, (_, i): Block[] => {
      const group = [
        this.#residual(`${name}.resnets.${i}`),
        ...this.#attentionIfThere(`${name}.attentions.${i}`),
      ];
      this.#kept.push(this.#channels);
      return group;
    });
    const sampler = `${name}.downsamplers.0`;
    const downsampling = this.#resampling(sampler, 'down');
    if (downsampling === undefined) return groups;
    this.#kept.push(this.#channels);
    return [...groups, [downsampling]];
  }

  #up(level: number): readonly Block[][] {
    const name = `up_blocks.${level}`;
    const blocks = this.#count((i) => `${name}.resnets.${i}.conv1.weight`);
    const groups = Array.from({ length: blocks }, (_, i): Block[] => {
      this.#channels += this.#kept.pop() ?? this.#tooManyUp();
      return [this.#residual(`${name}.resnets.${i}`), ...this.#attentionIfThere(`${name}.attentions.${i}`)];
    });
    const upsampling = this.#resampling(`${name}.upsamplers.0`, 'up');
    if (upsampling !== undefined) groups.at(-1)?.push(upsampling);
    return groups;
  }

  /** Between two levels: a residual block or a convolution; there is none after the last level. */
  #resampling(name: string, resampling: 'down' | 'up'): Block | undefined {
    const layers = this.#layers;
    if (layers.weights.has(`${name}.conv1.weight`)) return this.#residual(name, 1, resampling);
    if (!layers.weights.has(`${name}.conv.weight`)) return undefined;
    const padding: Downsampling['padding'] =
      this.#config.downsample_padding === 0 ? 'below-and-right' : 'all-around';
    return resampling === 'up'
      ? layers.upsampling(`${name}.conv`, this.#channels)
      : layers.downsampling(`${name}.conv`, this.#channels, padding);
  }

  #residual(prefix: string, divisor = 1, resampling: 'none' | 'down' | 'up' = 'none'): Block {
    const block = this.#layers.residual(prefix, this.#channels, { divisor, resampling });
    this.#channels = block.outNorm.scale.shape[0]!;
    return block;
  }

  #attentionIfThere(prefix: string, divisor = 1, groups: number | null = null): readonly Block[] {
    const { weights } = this.#layers;
    const names = weights.has(`${prefix}.query.weight`) ? OLD_ATTENTION : ATTENTION;
    if (!weights.has(`${prefix}.${names.queryKeyValue[0]}.weight`)) return [];
    const { attention_head_dim, norm_eps, norm_num_groups } = this.#config;
    const headChannels = attention_head_dim ?? this.#channels;
    return [
      this.#layers.attention(prefix, this.#channels, names, {
        heads: requiredHeads({ heads: undefined, headChannels }, this.#channels),
        divisor,
        norms: { groups: groups ?? norm_num_groups, epsilon: norm_eps },
      }),
    ];
  }

  #classes(embedding: number): UNet['classes'] {
    const { weights } = this.#layers;
    const name = 'class_embedding.weight';
    if (!weights.has(name)) return null;
    const [count] = weights.shapeOf(name, 2) as [number, number];
    return { name, table: weights.constant(name, [count, embedding]) };
  }

  #tooManyUp(): never {
    return this.#layers.weights.refuse('it must have one block more up than down at each level', 'more');
  }

  #count(name: (i: number) => string): number {
    let count = 0;
    while (this.#layers.weights.has(name(count))) count++;
    return count;
  }
}

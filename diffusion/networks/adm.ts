import { defined } from '../../defined.js';
import type { Checkpoint } from '../../encoders/checkpoints/checkpoint.js';
import { NetworkWeights } from '../../encoders/networks/network-weights.js';
import { averagedPrefix } from './averaged-prefix.js';
import { type DenoiserPlan, uNetPlan } from './denoiser-plan.js';
import {
  type DenoiserSettings,
  requiredHeads,
  requiredImageSize,
  requiredSchedule,
} from './denoiser-settings.js';
import { timeWaves } from './time-waves.js';
import type { Block, ResidualBlock, UNet } from './u-net.js';
import { regrouped, UNetLayers } from './u-net-layers.js';

const ANCHOR = 'input_blocks.0.0.weight';
const NAMES = {
  inNorm: 'in_layers.0',
  inConvolution: 'in_layers.2',
  time: 'emb_layers.1',
  outNorm: 'out_layers.0',
  outConvolution: 'out_layers.3',
  shortcut: 'skip_connection',
};

export interface AdmSettings extends DenoiserSettings {
  /** heads of the attentions on the way up; default: as on the way down */
  readonly headsUp?: number;
}

/**
 * The U-Net of guided diffusion (Dhariwal & Nichol 2021, arXiv:2105.05233) and improved diffusion before it. Where the blocks
 * down end a level is read from the blocks up, whose tensors show it.
 *
 * @throws InputError UNREADABLE_FILE naming the tensor that is missing or has another shape
 * @throws OptionError CONFLICTING_OPTIONS if nothing says how many heads it has, how large its images are, or its schedule
 *
 * Agrees with: openai/guided-diffusion to 1e-5 (relative L2), test/reference/denoisers.json.
 */
export function admPlan(checkpoint: Checkpoint, settings: AdmSettings): DenoiserPlan {
  const { prefix, assumptions } = averagedPrefix(checkpoint, ANCHOR);
  const weights = new NetworkWeights(checkpoint, ANCHOR, {
    network: 'a guided-diffusion U-Net',
    help: 'Give a diffusion model of openai/guided-diffusion, such as 128x128_diffusion.pt; its classifiers and upsamplers are other networks.',
    ...defined({ prefix }),
  });
  const layers = new UNetLayers(weights, NAMES, { groups: 32, epsilon: 1e-5 });
  const network = new AdmUNet(layers, settings).uNet();
  weights.requireAllUsed(/^(time_embed|label_emb|input_blocks|middle_block|output_blocks|out)\./, /^$/);
  const order =
    settings.attentionOrder === undefined
      ? [
          'The attention’s rows were taken to be in the legacy order, as in all published networks but that of 64 × 64 pixels.',
        ]
      : [];
  return uNetPlan({
    architecture: 'adm',
    name: 'guided-diffusion U-Net',
    network,
    imageSize: requiredImageSize(settings),
    schedule: requiredSchedule(settings),
    assumptions: [...assumptions, ...order],
  });
}

class AdmUNet {
  readonly #layers: UNetLayers;
  readonly #settings: AdmSettings;
  /** blocks of each group on the way up: as many as residual blocks of a level on the way down, and one */
  readonly #groupsOfLevel: number;
  readonly #groups: number;
  readonly #kept: number[] = [];
  #channels = 0;

  constructor(layers: UNetLayers, settings: AdmSettings) {
    this.#layers = layers;
    this.#settings = settings;
    this.#groups = this.#groupsUp();
    this.#groupsOfLevel = this.#groupsOfOneLevel();
  }

  uNet(): UNet {
    const layers = this.#layers;
    const { weights } = layers;
    const [first, channels] = weights.shapeOf(ANCHOR, 4) as [number, number];
    const [embedding, width] = weights.shapeOf('time_embed.0.weight', 2) as [number, number];
    this.#channels = first;
    this.#kept.push(first);
    const down = Array.from({ length: this.#groups - 1 }, (_, i) => this.#down(i + 1));
    const middle = [
      this.#residual('middle_block.0'),
      this.#attention('middle_block.1', this.#settings.heads),
      this.#residual('middle_block.2'),
    ];
    const up = Array.from({ length: this.#groups }, (_, i) => this.#up(i));
    return {
      channels,
      dropout: this.#settings.dropout ?? 0,
      centering: 'none',
      time: {
        waves: timeWaves({ width, shift: 0, order: 'cosine-sine', rounding: 'product-first' }),
        first: layers.linear('time_embed.0', width),
        second: layers.linear('time_embed.2', embedding),
      },
      classes: this.#classes(embedding),
      inConvolution: layers.convolution('input_blocks.0.0', channels, 3),
      down,
      middle,
      up,
      outNorm: layers.groupNorm('out.0', this.#channels),
      outConvolution: layers.noiseConvolution('out.2', this.#channels, channels),
    };
  }

  #groupsUp(): number {
    let count = 0;
    while (this.#isResidual(`output_blocks.${count}.0`)) count++;
    return count;
  }

  /**
   * The first group up that ends in an upsampling ends its level. An upsampling without tensors goes with a downsampling
   * without tensors, which leaves a gap in the numbers of the groups down; without either there is one level.
   */
  #groupsOfOneLevel(): number {
    const { weights } = this.#layers;
    const indices = Array.from({ length: this.#groups }, (_, i) => i);
    const upsampled = indices.find((i) => this.#upsampling(i) !== 'no tensors');
    const gap = indices.find(
      (i) =>
        i > 0 && !this.#isResidual(`input_blocks.${i}.0`) && !weights.has(`input_blocks.${i}.0.op.weight`),
    );
    const groups = upsampled === undefined ? (gap ?? this.#groups) : upsampled + 1;
    if (groups === 0 || this.#groups % groups !== 0)
      weights.refuse(
        'its levels must have equally many blocks',
        `${this.#groups} groups up, the first level of ${groups}`,
      );
    return groups;
  }

  #down(i: number): readonly Block[] {
    const name = `input_blocks.${i}`;
    const { heads } = this.#settings;
    const blocks =
      i % this.#groupsOfLevel !== 0
        ? this.#residualAndAttention(name, heads)
        : this.#isResidual(`${name}.0`)
          ? [this.#residual(`${name}.0`, 'down')]
          : [this.#layers.downsampling(`${name}.0.op`, this.#channels, 'all-around')];
    this.#kept.push(this.#channels);
    return blocks;
  }

  #up(i: number): readonly Block[] {
    const { heads, headsUp = heads } = this.#settings;
    this.#channels += this.#kept.pop()!;
    const blocks = this.#residualAndAttention(`output_blocks.${i}`, headsUp);
    const endsLevel = (i + 1) % this.#groupsOfLevel === 0 && i + 1 < this.#groups;
    if (!endsLevel) return blocks;
    const name = `output_blocks.${i}.${blocks.length}`;
    const upsampling =
      this.#upsampling(i) === 'residual'
        ? this.#residual(name, 'up')
        : this.#layers.upsampling(`${name}.conv`, this.#channels);
    return [...blocks, upsampling];
  }

  /** What the tensors of a group up show at its end. */
  #upsampling(i: number): 'residual' | 'convolution' | 'no tensors' {
    const { weights } = this.#layers;
    const end = `output_blocks.${i}.${weights.has(`output_blocks.${i}.1.qkv.weight`) ? 2 : 1}`;
    if (this.#isResidual(end)) return 'residual';
    return weights.has(`${end}.conv.weight`) ? 'convolution' : 'no tensors';
  }

  #residualAndAttention(name: string, heads: number | undefined): readonly Block[] {
    const residual = this.#residual(`${name}.0`);
    const hasAttention = this.#layers.weights.has(`${name}.1.qkv.weight`);
    return hasAttention ? [residual, this.#attention(`${name}.1`, heads)] : [residual];
  }

  #residual(prefix: string, resampling: ResidualBlock['resampling'] = 'none'): Block {
    const block = this.#layers.residual(prefix, this.#channels, { resampling });
    this.#channels = block.outNorm.scale.shape[0]!;
    return block;
  }

  #attention(prefix: string, heads: number | undefined): Block {
    const layers = this.#layers;
    const channels = this.#channels;
    const { headChannels, attentionOrder } = this.#settings;
    const count = requiredHeads({ heads, headChannels }, channels);
    const rows = layers.pointwise(`${prefix}.qkv`, 3 * channels, channels);
    return {
      kind: 'attention',
      norm: layers.groupNorm(`${prefix}.norm`, channels),
      queryKeyValue: attentionOrder === 'new' ? rows : regrouped(rows, count),
      output: layers.pointwise(`${prefix}.proj_out`, channels, channels),
      heads: count,
      divisor: 1,
    };
  }

  #classes(embedding: number): UNet['classes'] {
    const { weights } = this.#layers;
    const name = 'label_emb.weight';
    if (!weights.has(name)) return null;
    const [count] = weights.shapeOf(name, 2) as [number, number];
    return { name, table: weights.constant(name, [count, embedding]) };
  }

  #isResidual(prefix: string): boolean {
    return this.#layers.weights.has(`${prefix}.${NAMES.inConvolution}.weight`);
  }
}

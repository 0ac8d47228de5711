import { defined } from '../../defined.js';
import type { Checkpoint } from '../../encoders/checkpoints/checkpoint.js';
import { NetworkWeights } from '../../encoders/networks/network-weights.js';
import { averagedPrefix } from './averaged-prefix.js';
import { type DenoiserPlan, uNetPlan } from './denoiser-plan.js';
import { type DenoiserSettings, linearSchedule, requiredImageSize } from './denoiser-settings.js';
import { timeWaves } from './time-waves.js';
import type { Block, UNet } from './u-net.js';
import { UNetLayers } from './u-net-layers.js';

const ANCHOR = 'conv_in.weight';
const NAMES = {
  inNorm: 'norm1',
  inConvolution: 'conv1',
  time: 'temb_proj',
  outNorm: 'norm2',
  outConvolution: 'conv2',
  shortcut: 'nin_shortcut',
};
const ATTENTION = { norm: 'norm', queryKeyValue: ['q', 'k', 'v'], output: 'proj_out' } as const;

/**
 * The U-Net of DDPM (Ho et al. 2020, arXiv:2006.11239) as ermongroup/ddim and pesser/pytorch_diffusion name its tensors.
 * Of a training checkpoint, a list whose last entry is the moving average of the weights, that average is taken.
 *
 * @throws InputError UNREADABLE_FILE naming the tensor that is missing or has another shape
 * @throws OptionError CONFLICTING_OPTIONS if nothing says how large its images are
 *
 * Agrees with: ermongroup/ddim to 1e-5 (relative L2), test/reference/denoisers.json.
 */
export function ddpmPlan(checkpoint: Checkpoint, settings: DenoiserSettings): DenoiserPlan {
  const { prefix, assumptions } = averagedPrefix(checkpoint, ANCHOR);
  const weights = new NetworkWeights(checkpoint, ANCHOR, {
    network: 'a DDPM U-Net',
    help: 'Give a checkpoint of ermongroup/ddim or pesser/pytorch_diffusion; diffusers’ are converted --as diffusers-unet.',
    ...defined({ prefix }),
  });
  const network = new DdpmUNet(
    new UNetLayers(weights, NAMES, { groups: 32, epsilon: 1e-6 }),
    settings,
  ).uNet();
  weights.requireAllUsed(/^(temb|conv_in|down|mid|up|norm_out|conv_out)\./, /^$/);
  const schedule = linearSchedule(settings);
  return uNetPlan({
    architecture: 'ddpm',
    name: 'DDPM U-Net',
    network,
    imageSize: requiredImageSize(settings),
    schedule: schedule.schedule,
    assumptions: [...assumptions, ...schedule.assumptions],
  });
}

class DdpmUNet {
  readonly #layers: UNetLayers;
  readonly #settings: DenoiserSettings;
  /** channels of what is kept on the way down */
  readonly #kept: number[] = [];
  #channels = 0;

  constructor(layers: UNetLayers, settings: DenoiserSettings) {
    this.#layers = layers;
    this.#settings = settings;
  }

  uNet(): UNet {
    const layers = this.#layers;
    const [width, channels] = layers.weights.shapeOf(ANCHOR, 4) as [number, number];
    const embedding = layers.outputs('temb.dense.0');
    this.#channels = width;
    this.#kept.push(width);
    const levels = this.#count((level) => `down.${level}.block.0.conv1.weight`);
    const down = Array.from({ length: levels }, (_, level) => this.#down(level, level < levels - 1)).flat();
    const middle = [
      this.#residual('mid.block_1'),
      this.#attention('mid.attn_1'),
      this.#residual('mid.block_2'),
    ];
    const up = Array.from({ length: levels }, (_, i) => this.#up(levels - 1 - i)).flat();
    return {
      channels,
      dropout: this.#settings.dropout ?? 0,
      centering: 'none',
      time: {
        waves: timeWaves({ width, shift: 1, order: 'sine-cosine', rounding: 'quotient-first' }),
        first: layers.linear('temb.dense.0', width),
        second: layers.linear('temb.dense.1', embedding),
      },
      classes: null,
      inConvolution: layers.convolution('conv_in', channels, 3),
      down,
      middle,
      up,
      outNorm: layers.groupNorm('norm_out', this.#channels),
      outConvolution: layers.noiseConvolution('conv_out', this.#channels, channels),
    };
  }

  /** Groups of blocks whose results are kept, one level of resolution. */
  #down(level: number, hasNext: boolean): readonly Block[][] {
    const blocks = this.#count((i) => `down.${level}.block.${i}.conv1.weight`);
    const groups = Array.from({ length: blocks }, (_, i): Block[] => {
      const group = [
        this.#residual(`down.${level}.block.${i}`),
        ...this.#attentionIfThere(`down.${level}.attn.${i}`),
      ];
      this.#kept.push(this.#channels);
      return group;
    });
    if (!hasNext) return groups;
    this.#kept.push(this.#channels);
    const name = `down.${level}.downsample.conv`;
    return [...groups, [this.#layers.downsampling(name, this.#channels, 'below-and-right')]];
  }

  #up(level: number): readonly Block[][] {
    const blocks = this.#count((i) => `up.${level}.block.${i}.conv1.weight`);
    const groups = Array.from({ length: blocks }, (_, i): Block[] => {
      this.#channels += this.#kept.pop() ?? this.#tooManyUp();
      return [this.#residual(`up.${level}.block.${i}`), ...this.#attentionIfThere(`up.${level}.attn.${i}`)];
    });
    if (level > 0) groups.at(-1)?.push(this.#layers.upsampling(`up.${level}.upsample.conv`, this.#channels));
    return groups;
  }

  #tooManyUp(): never {
    return this.#layers.weights.refuse('it must have one block more up than down at each level', 'more');
  }

  #residual(prefix: string): Block {
    const block = this.#layers.residual(prefix, this.#channels);
    this.#channels = block.outNorm.scale.shape[0]!;
    return block;
  }

  #attention(prefix: string): Block {
    return this.#layers.attention(prefix, this.#channels, ATTENTION, { heads: 1 });
  }

  #attentionIfThere(prefix: string): readonly Block[] {
    return this.#layers.weights.has(`${prefix}.q.weight`) ? [this.#attention(prefix)] : [];
  }

  #count(name: (i: number) => string): number {
    let count = 0;
    while (this.#layers.weights.has(name(count))) count++;
    return count;
  }
}

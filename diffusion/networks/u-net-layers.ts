import { type NetworkWeights, stacked } from '../../encoders/networks/network-weights.js';
import { bytesOf } from '../../onnx/element-type.js';
import type { Constant } from '../../onnx/graph-builder.js';
import type { AttentionBlock, Downsampling, GroupNorm, Layer, ResidualBlock, Upsampling } from './u-net.js';

/** How a family of U-Nets names the parts of its blocks and norms. */
export interface LayerNames {
  readonly inNorm: string;
  readonly inConvolution: string;
  readonly time: string;
  readonly outNorm: string;
  readonly outConvolution: string;
  readonly shortcut: string;
}

export interface NormSettings {
  readonly groups: number;
  readonly epsilon: number;
}

/** Blocks of a U-Net out of a checkpoint's tensors; channels come from the tensors' shapes, and are checked against the input's. */
export class UNetLayers {
  readonly weights: NetworkWeights;
  readonly #names: LayerNames;
  readonly #norms: NormSettings;

  constructor(weights: NetworkWeights, names: LayerNames, norms: NormSettings) {
    this.weights = weights;
    this.#names = names;
    this.#norms = norms;
  }

  /** Of a layer's outputs: rows of its weight. */
  outputs(name: string): number {
    const [rows] = this.weights.shapeOf(`${name}.weight`);
    return rows!;
  }

  convolution(name: string, input: number, side: number): Layer {
    const out = this.outputs(name);
    return this.#layer(name, [out, input, side, side]);
  }

  linear(name: string, input: number): Layer {
    return this.#layer(name, [this.outputs(name), input]);
  }

  groupNorm(name: string, channels: number, norms: NormSettings = this.#norms): GroupNorm {
    if (channels % norms.groups !== 0)
      this.weights.refuse(
        `${name} must have channels in ${norms.groups} groups of one size`,
        `${channels} channels`,
      );
    return {
      name,
      scale: this.weights.constant(`${name}.weight`, [channels]),
      shift: this.weights.constant(`${name}.bias`, [channels]),
      ...norms,
    };
  }

  residual(
    prefix: string,
    input: number,
    options: { readonly resampling?: ResidualBlock['resampling']; readonly divisor?: number } = {},
  ): ResidualBlock {
    const names = this.#names;
    const part = (name: string) => `${prefix}.${name}`;
    const out = this.outputs(part(names.inConvolution));
    const [timeRows, embedding] = this.weights.shapeOf(`${part(names.time)}.weight`, 2) as [number, number];
    if (timeRows !== out && timeRows !== 2 * out)
      this.weights.refuse(`${part(names.time)}.weight must have ${out} rows or twice as many`, `${timeRows}`);
    return {
      kind: 'residual',
      inNorm: this.groupNorm(part(names.inNorm), input),
      inConvolution: this.convolution(part(names.inConvolution), input, 3),
      resampling: options.resampling ?? 'none',
      time: this.linear(part(names.time), embedding),
      timeEffect: timeRows === out ? 'shift' : 'scale-and-shift',
      outNorm: this.groupNorm(part(names.outNorm), out),
      outConvolution: this.convolution(part(names.outConvolution), out, 3),
      shortcut: out === input ? null : this.convolution(part(names.shortcut), input, 1),
      divisor: options.divisor ?? 1,
    };
  }

  /** Attention whose queries, keys and values have tensors of their own, 1 × 1 convolutions or linear layers. */
  attention(
    prefix: string,
    channels: number,
    names: {
      readonly norm: string;
      readonly queryKeyValue: readonly [string, string, string];
      readonly output: string;
    },
    options: { readonly heads: number; readonly divisor?: number; readonly norms?: NormSettings },
  ): AttentionBlock {
    const layers = names.queryKeyValue.map((name) => this.pointwise(`${prefix}.${name}`, channels, channels));
    const norm = `${prefix}.${names.norm}`;
    return {
      kind: 'attention',
      norm: this.weights.has(`${norm}.weight`) ? this.groupNorm(norm, channels, options.norms) : null,
      queryKeyValue: {
        name: `${prefix}.query_key_value`,
        weight: stacked(layers.map(({ weight }) => weight)),
        bias: stacked(layers.map(({ bias }) => bias!)),
      },
      output: this.pointwise(`${prefix}.${names.output}`, channels, channels),
      heads: options.heads,
      divisor: options.divisor ?? 1,
    };
  }

  /** A linear layer of each pixel, stored as (out, in), (out, in, 1) or (out, in, 1, 1), as a 1 × 1 convolution. */
  pointwise(name: string, out: number, input: number): Layer {
    const stored = [out, input, 1, 1].slice(0, this.weights.shapeOf(`${name}.weight`).length);
    return {
      name,
      weight: reshaped(this.weights.constant(`${name}.weight`, stored), [out, input, 1, 1]),
      bias: this.weights.constant(`${name}.bias`, [out]),
    };
  }

  downsampling(name: string, channels: number, padding: Downsampling['padding']): Downsampling {
    return { kind: 'downsampling', convolution: this.#convolutionIfThere(name, channels), padding };
  }

  upsampling(name: string, channels: number): Upsampling {
    return { kind: 'upsampling', convolution: this.#convolutionIfThere(name, channels) };
  }

  /** The last convolution: the images' channels, or twice as many where a variance was learned too. */
  noiseConvolution(name: string, input: number, channels: number): Layer {
    const out = this.outputs(name);
    if (out === channels || out === 2 * channels) return this.convolution(name, input, 3);
    return this.weights.refuse(
      `${name}.weight must have ${channels} rows, or ${2 * channels} with a learned variance`,
      `${out}`,
    );
  }

  #convolutionIfThere(name: string, channels: number): Layer | null {
    return this.weights.has(`${name}.weight`) ? this.convolution(name, channels, 3) : null;
  }

  #layer(name: string, shape: readonly number[]): Layer {
    return {
      name,
      weight: this.weights.constant(`${name}.weight`, shape),
      bias: this.weights.constant(`${name}.bias`, [shape[0]!]),
    };
  }
}

/** The same numbers under another shape. */
function reshaped(constant: Constant, shape: readonly number[]): Constant {
  return { ...constant, shape };
}

/** Rows of a layer that has those of each head together (its queries, keys and values), in the order of `AttentionBlock`. */
export function regrouped({ name, weight, bias }: Layer, heads: number): Layer {
  const order = [0, 1, 2].flatMap((part) => Array.from({ length: heads }, (_, head) => 3 * head + part));
  return { name, weight: reordered(weight, order), bias: bias === null ? null : reordered(bias, order) };
}

/** Equal pieces of a constant's rows in another order. */
function reordered(constant: Constant, order: readonly number[]): Constant {
  return {
    type: constant.type,
    shape: constant.shape,
    async read() {
      const bytes = 'data' in constant ? bytesOf(constant.data) : await constant.read();
      const each = bytes.byteLength / order.length;
      const result = new Uint8Array(bytes.byteLength);
      order.forEach((piece, i) => {
        result.set(bytes.subarray(piece * each, (piece + 1) * each), i * each);
      });
      return result;
    },
  };
}

import type { Constant } from '../../onnx/graph-builder.js';

/** A convolution (out, in, side, side) or linear layer (out, in), with the name that its tensors have in the checkpoint. */
export interface Layer {
  readonly name: string;
  readonly weight: Constant;
  readonly bias: Constant | null;
}

export interface GroupNorm {
  readonly name: string;
  readonly scale: Constant;
  readonly shift: Constant;
  readonly groups: number;
  readonly epsilon: number;
}

/**
 * h = conv(resampled silu(norm x)); h is shifted by the time's projection and normed, or normed, scaled and shifted by it;
 * (shortcut(resampled x) + conv(silu(h))) / divisor.
 */
export interface ResidualBlock {
  readonly kind: 'residual';
  readonly inNorm: GroupNorm;
  readonly inConvolution: Layer;
  /** between norm and convolution: nearest neighbors twice as large, or means of 2 × 2 */
  readonly resampling: 'none' | 'down' | 'up';
  /** of silu(embedding) */
  readonly time: Layer;
  /** `scale-and-shift`: norm(h) · (1 + first half) + second half */
  readonly timeEffect: 'shift' | 'scale-and-shift';
  readonly outNorm: GroupNorm;
  readonly outConvolution: Layer;
  /** 1 × 1, where the channels change */
  readonly shortcut: Layer | null;
  readonly divisor: number;
}

/** (x + output(attention(norm x))) / divisor over the pixels, softmax(QKᵀ/√(channels per head))·V for each head. */
export interface AttentionBlock {
  readonly kind: 'attention';
  readonly norm: GroupNorm | null;
  /** 1 × 1; its rows are the queries of all heads, then the keys, then the values */
  readonly queryKeyValue: Layer;
  readonly output: Layer;
  readonly heads: number;
  readonly divisor: number;
}

/** To half the sides: a 3 × 3 convolution of stride 2, or means of 2 × 2. */
export interface Downsampling {
  readonly kind: 'downsampling';
  readonly convolution: Layer | null;
  /** where the zeros of the convolution stand */
  readonly padding: 'all-around' | 'below-and-right';
}

/** Nearest neighbors twice as large, then perhaps a 3 × 3 convolution. */
export interface Upsampling {
  readonly kind: 'upsampling';
  readonly convolution: Layer | null;
}

export type Block = ResidualBlock | AttentionBlock | Downsampling | Upsampling;

/** Sines and cosines of t · frequency. */
export interface TimeWaves {
  readonly frequencies: Float32Array;
  readonly order: 'sine-cosine' | 'cosine-sine';
  /** 2 · frequencies, or one more: a zero at the end */
  readonly width: number;
}

/**
 * A denoising U-Net: blocks on the way down, whose results are kept, in the middle, and on the way up, each group of which
 * begins with the last kept result joined to what came so far. After it norm, silu (these are the features) and a convolution.
 */
export interface UNet {
  readonly channels: number;
  /** chance that a value before the second convolution of a residual block is dropped in training; 0 without dropout */
  readonly dropout: number;
  /** whether the images are brought from [0, 1] to [−1, 1] first */
  readonly centering: 'none' | 'to-minus-one-and-one';
  readonly time: { readonly waves: TimeWaves; readonly first: Layer; readonly second: Layer };
  /** rows that are added to the time's embedding, one a class */
  readonly classes: { readonly name: string; readonly table: Constant } | null;
  readonly inConvolution: Layer;
  readonly down: readonly (readonly Block[])[];
  readonly middle: readonly Block[];
  readonly up: readonly (readonly Block[])[];
  readonly outNorm: GroupNorm;
  /** the noise's channels, and perhaps as many of a learned variance */
  readonly outConvolution: Layer;
}

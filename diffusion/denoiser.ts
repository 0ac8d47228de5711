/** Of steps, channels or pixels of a side: what is made of each is allocated before the network is asked. */
export const LARGEST_COUNT = 2 ** 20;

/** β_1 … β_T of the forward process, as a denoiser's sidecar names them. Their formulas are the noise schedule's. */
export type BetaSchedule =
  | {
      /** `linear`: β evenly from first to last; `scaled-linear`: √β evenly */
      readonly kind: 'linear' | 'scaled-linear';
      readonly steps: number;
      readonly betaStart: number;
      readonly betaEnd: number;
    }
  /** ᾱ(t) = cos²((t/T + 0.008)/1.008 · π/2), β = min(1 − ᾱ(t + 1)/ᾱ(t), 0.999): Nichol & Dhariwal 2021 */
  | { readonly kind: 'cosine'; readonly steps: number }
  | { readonly kind: 'explicit'; readonly steps: number; readonly betas: readonly number[] };

/** A last layer that is a convolution of stride 1: features (n, inputChannels, h, w) → (n, all channels, h, w). */
export interface ConvolutionDescription {
  readonly kind: 'convolution';
  readonly inputChannels: number;
  /** the first ones, which predict ε; a learned variance follows them in the weight */
  readonly outputChannels: number;
  /** height, width */
  readonly kernel: readonly [number, number];
  /** zeros above and below, left and right */
  readonly padding: readonly [number, number];
  /** name of an initializer of the network, (all channels, inputChannels, kernel height, kernel width) */
  readonly weight: string;
  /** name of an initializer of the network, (all channels) */
  readonly bias: string | null;
}

/**
 * A last layer that gives each token the pixels of its patch: features (n, tokens, inputFeatures), tokens row by row.
 * Output (p · patch + q) · allChannels + c is pixel (p, q) of channel c.
 */
export interface LinearDescription {
  readonly kind: 'linear';
  readonly inputFeatures: number;
  /** the first ones of each pixel, which predict ε */
  readonly outputChannels: number;
  /** channels of each pixel in the weight */
  readonly allChannels: number;
  /** side of a patch in pixels */
  readonly patch: number;
  /** name of an initializer of the network */
  readonly weight: string;
  /** `output-input` as torch stores a linear layer; `input-output` as MatMul takes it */
  readonly weightAxes: 'output-input' | 'input-output';
  /** name of an initializer of the network, (patch² · allChannels) */
  readonly bias: string | null;
}

export type LastLayerDescription = ConvolutionDescription | LinearDescription;

/** What `net.json` says of a denoiser: what an ONNX file cannot say of itself. */
export interface DenoiserDescription {
  readonly kind: 'denoiser';
  readonly id: string;
  /** names of the network's inputs: noisy images (n, channels, h, w), times (n), class labels (n) int64 */
  readonly inputs: { readonly x: string; readonly t: string; readonly y?: string | undefined };
  /** names of its outputs: the noise (n, channels, h, w) and the last layer's input, both float32 */
  readonly outputs: { readonly epsilon: string; readonly features: string };
  /** height and width, or the side of both */
  readonly imageSize: number | readonly [number, number];
  readonly channels: number;
  /** how many classes there are labels of; null without labels */
  readonly classes: number | null;
  /** the label that stands for no class, where the network knows one: guidance without a classifier needs it */
  readonly nullClass?: number | undefined;
  readonly prediction: 'epsilon';
  readonly schedule: BetaSchedule;
  readonly lastLayer: LastLayerDescription;
}

/** A last layer's numbers for the channels that predict ε. */
export interface LastLayerWeights {
  /** convolution: (outputChannels, inputChannels, kernel height, kernel width); linear: (patch², outputChannels, inputFeatures) */
  readonly weight: Float32Array;
  /** convolution: (outputChannels); linear: (patch², outputChannels); null if the layer has none */
  readonly bias: Float32Array | null;
}

/** Noisy images for a network, row-major. */
export interface DenoiserBatch {
  readonly n: number;
  /** (n, channels, height, width), data in [−1, 1] with noise */
  readonly x: Float32Array;
  /** (n), in 0 … steps − 1; where the network takes float32, times between steps are allowed */
  readonly t: ArrayLike<number>;
  /** (n), in 0 … classes − 1 or the null class; of a network with classes alone */
  readonly y?: ArrayLike<number> | undefined;
}

export interface NoisePrediction {
  /** ε̂ (n, channels, height, width) */
  readonly epsilon: Float32Array;
  /** the last layer's input: (n, inputChannels, height, width), or (n, tokens, inputFeatures) where it is linear */
  readonly features: Float32Array;
}

/** A network that predicts the noise in images, open and ready. */
export interface Denoiser {
  readonly description: DenoiserDescription;
  /** of the network's file: a posterior belongs to one network */
  readonly sha256: string;
  /**
   * The noise in images, and what the last layer predicted it from.
   *
   * @throws ShapeError SHAPE_MISMATCH if `x`, `t` or `y` hold too few or too many values
   * @throws OptionError OUT_OF_RANGE if a class or time is none that the network knows
   * @throws OptionError CONFLICTING_OPTIONS if `y` is missing or not wanted, or the last layer of the features is not ε̂
   * @throws NumericalError NOT_FINITE naming the image of the batch for which the network answers with NaN or infinity
   */
  predict(batch: DenoiserBatch): Promise<NoisePrediction>;
  /** As `predict`, for ε̂ alone. */
  epsilon(batch: DenoiserBatch): Promise<Float32Array>;
  /** The last layer of the channels that predict ε. */
  lastLayer(): LastLayerWeights;
  close(): Promise<void>;
}

/** Height and width of a denoiser's images. */
export function imageSides({ imageSize }: Pick<DenoiserDescription, 'imageSize'>): readonly [number, number] {
  return typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
}

/** Values that one image has in the features. */
export function featuresPerImage(description: Pick<DenoiserDescription, 'imageSize' | 'lastLayer'>): number {
  const { lastLayer } = description;
  const [height, width] = imageSides(description);
  return lastLayer.kind === 'convolution'
    ? lastLayer.inputChannels * height * width
    : (lastLayer.inputFeatures * height * width) / lastLayer.patch ** 2;
}

/** Pixels in one run of the network: 8 images of 64 × 64; the features of more only take memory. */
const PIXELS_AT_ONCE = 2 ** 15;
const MOST_AT_ONCE = 16;

/** Images that a denoiser takes at once when nobody says. */
export function denoiserBatchSize(description: Pick<DenoiserDescription, 'imageSize'>): number {
  const [height, width] = imageSides(description);
  return Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(PIXELS_AT_ONCE / (height * width))));
}

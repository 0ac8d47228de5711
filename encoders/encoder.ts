import type { Preprocessing } from './images/preprocessing.js';

/**
 * How far a network's numbers can be compared: `official` is the published checkpoint by hash, `demo` one of the tiny
 * networks shipped for trying things out, `custom` any other file, `unknown` a set whose file does not say.
 */
export type EncoderOrigin = 'official' | 'demo' | 'custom' | 'unknown';

/** Which network and which preprocessing made a set of embeddings: part of every result. */
export interface EncoderIdentity {
  readonly id: string;
  /** of the ONNX file; null where unknown */
  readonly sha256: string | null;
  /** `preprocessingId`; null where unknown */
  readonly preprocessing: string | null;
  readonly origin: EncoderOrigin;
}

/** What a network says of a batch of n images. */
export interface EncodedBatch {
  readonly n: number;
  /** (n, d) */
  readonly embeddings: Float32Array;
  readonly d: number;
  /** (n, c), for networks that classify */
  readonly logits: Float32Array | null;
  readonly classes: number;
}

/** A network from preprocessed images to embeddings. */
export interface Encoder {
  readonly identity: EncoderIdentity;
  readonly preprocessing: Preprocessing;
  /** what else its numbers depend on: device, names of the outputs; embeddings are cached for these alone */
  readonly circumstances?: readonly string[];
  /** where it runs; left out: on a CPU */
  readonly device?: string;
  /** of its embeddings on a few test images from those of the CPU, relative in L2; left out: it is the CPU */
  readonly deviceDifference?: number;
  /** what happened on the way; may grow while it encodes */
  readonly warnings?: readonly Warning[];
  /**
   * May be called again before it has answered: the next batch then waits where the network can take it at once.
   *
   * @param images (n, 3, height, width) float32, preprocessed
   */
  encode(
    images: Float32Array,
    shape: { readonly n: number; readonly height: number; readonly width: number },
  ): Promise<EncodedBatch>;
  close(): Promise<void>;
}

/** Version of the suite, as in package.json: part of every report and of every file that it writes. */
export const VERSION = '0.1.0';

/** A doubt that belongs to a result: data, printed under the table and drawn on the figure. */
export interface Warning {
  /** stable, in capitals: `LOSSY_IMAGES`, `RANK_DEFICIENT_COVARIANCE`, … */
  readonly code: string;
  /** one sentence for a reader who did not run the program */
  readonly message: string;
}

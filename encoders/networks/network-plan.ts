import type { GraphBuilder } from '../../onnx/graph-builder.js';
import type { Preprocessing } from '../images/preprocessing.js';

/** A network as a graph whose weights are read when it is written, with what its sidecar says of it. */
export interface NetworkPlan {
  readonly architecture: 'inception' | 'clip' | 'dinov2';
  /** `ViT-L/14, 336 px`: for people */
  readonly title: string;
  /** input `images`, outputs `embeddings` and, where it classifies, `logits` */
  readonly graph: GraphBuilder;
  /** columns of the embeddings */
  readonly dimensions: number;
  readonly hasLogits: 'yes' | 'no';
  /** how its authors prepare images */
  readonly preprocessing: Preprocessing;
  /** what the file does not say and was taken from its kind, in sentences */
  readonly assumptions: readonly string[];
}

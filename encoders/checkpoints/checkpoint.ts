import type { TensorDtype } from './tensor-dtype.js';

/** Elements of a tensor: floats of 16 bits as float32 (exactly), bool as bytes 0 and 1. */
export type TensorValues =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array;

/** One tensor of a checkpoint; nothing but its description is in memory until it is read. */
export interface CheckpointTensor {
  readonly dtype: TensorDtype;
  /** outermost axis first; empty for a scalar */
  readonly shape: readonly number[];
  /** Its elements, row-major whatever the strides it was saved with. */
  read(): Promise<TensorValues>;
  /** The same as little-endian bytes of `dtype`: float16 stays float16. */
  readBytes(): Promise<Uint8Array>;
}

/** A file of named tensors, opened. */
export interface Checkpoint {
  /** the path as the caller typed it */
  readonly path: string;
  readonly format: 'torch-zip' | 'torchscript' | 'torch-legacy' | 'pickle' | 'safetensors';
  /**
   * By name; names of nested dictionaries, lists and modules are joined by `.`, as in `fc.weight`. A file that holds
   * one tensor alone names it with the empty string.
   */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  close(): Promise<void>;
}

import { InputError } from '../../errors.js';
import { bytesOf } from '../../onnx/element-type.js';
import type { Constant, GraphBuilder, GraphValue } from '../../onnx/graph-builder.js';
import type { Checkpoint, CheckpointTensor } from '../checkpoints/checkpoint.js';

/** What errors about a checkpoint call the network, and what they advise. */
export interface NetworkDescription {
  /** `an FID Inception` */
  readonly network: string;
  readonly help: string;
  /** what stands before the tensors' names, where a file holds several such networks; default: found by the anchor */
  readonly prefix?: string;
}

/**
 * The tensors of a checkpoint that a network needs, taken by name and shape.
 *
 * @throws InputError UNREADABLE_FILE naming the tensor that is missing or has another shape
 */
export class NetworkWeights {
  readonly #checkpoint: Checkpoint;
  readonly #description: NetworkDescription;
  readonly #prefix: string;
  readonly #used = new Set<string>();

  /**
   * @param anchor  a tensor that every such checkpoint has; what stands before it in the file (`state_dict.`, `module.`)
   *   stands before the others too
   */
  constructor(checkpoint: Checkpoint, anchor: string, description: NetworkDescription) {
    this.#checkpoint = checkpoint;
    this.#description = description;
    this.#prefix =
      description.prefix ?? prefixOf(checkpoint, anchor) ?? this.#refuse(anchor, 'no such tensor');
  }

  has(name: string): boolean {
    return this.#checkpoint.tensors.has(this.#prefix + name);
  }

  /** Sides of a tensor from which the network's own sizes are read. */
  shapeOf(name: string, rank?: number): readonly number[] {
    const { shape } = this.#tensor(name);
    if (rank !== undefined && shape.length !== rank)
      this.#refuse(`${name} with ${rank} axes`, `shape (${shape.join(', ')})`);
    return shape;
  }

  /** A weight as it is stored: float16 stays float16, anything else becomes float32. */
  constant(name: string, shape: readonly number[]): Constant {
    const tensor = this.#shaped(name, shape);
    if (tensor.dtype === 'float16' || tensor.dtype === 'float32') {
      return { type: tensor.dtype, shape, read: () => tensor.readBytes() };
    }
    return { type: 'float32', shape, read: async () => bytesOf(await floats(tensor)) };
  }

  /** A weight's numbers, read when asked for. */
  values(name: string, shape: readonly number[]): () => Promise<Float32Array> {
    const tensor = this.#shaped(name, shape);
    return () => floats(tensor);
  }

  /**
   * Refuses a checkpoint with a tensor that no layer took: it is of another network, however alike.
   *
   * @param names  which tensors belong to the network
   * @param unused  those of them that are no weights
   */
  requireAllUsed(names: RegExp, unused: RegExp): void {
    for (const key of this.#checkpoint.tensors.keys()) {
      const name = key.slice(this.#prefix.length);
      if (!key.startsWith(this.#prefix) || !names.test(name) || unused.test(name) || this.#used.has(name))
        continue;
      this.refuse(`${this.#description.network} must have no tensor but its own`, name);
    }
  }

  /** Refuses the checkpoint for what it has or lacks. */
  refuse(expected: string, received: string): never {
    throw new InputError('UNREADABLE_FILE', {
      where: this.#checkpoint.path,
      expected,
      received,
      help: this.#description.help,
    });
  }

  #shaped(name: string, shape: readonly number[]): CheckpointTensor {
    const tensor = this.#tensor(name);
    const equal =
      tensor.shape.length === shape.length && shape.every((side, axis) => side === tensor.shape[axis]);
    if (!equal) {
      this.#refuse(`${this.#prefix}${name} of shape (${shape.join(', ')})`, `(${tensor.shape.join(', ')})`);
    }
    return tensor;
  }

  #tensor(name: string): CheckpointTensor {
    const tensor = this.#checkpoint.tensors.get(this.#prefix + name);
    this.#used.add(name);
    return tensor ?? this.#refuse(this.#prefix + name, 'no such tensor');
  }

  #refuse(tensor: string, received: string): never {
    return this.refuse(`${this.#description.network} must have the tensor ${tensor}`, received);
  }
}

/** What stands before a tensor's name in a file, if it is there once. */
export function prefixOf({ tensors }: Checkpoint, name: string): string | undefined {
  if (tensors.has(name)) return '';
  const found = [...tensors.keys()].filter((key) => key.endsWith(`.${name}`));
  return found.length === 1 ? found[0]!.slice(0, -name.length) : undefined;
}

/** A weight as a float32 value of the graph: float16 is cast when the network is loaded. */
export function weightValue(graph: GraphBuilder, name: string, constant: Constant): GraphValue {
  const value = graph.constant(name, constant);
  return constant.type === 'float16' ? graph.node('Cast', [value], { to: 1n }) : value;
}

/** A float32 weight computed when the model is written. */
export function computedConstant(shape: readonly number[], compute: () => Promise<Float32Array>): Constant {
  return { type: 'float32', shape, read: async () => bytesOf(await compute()) };
}

/** Some of a weight's outermost entries. */
export function rowsOf(constant: Constant, start: number, end: number): Constant {
  const [rows, ...rest] = constant.shape as readonly [number, ...number[]];
  return {
    type: constant.type,
    shape: [end - start, ...rest],
    async read() {
      const bytes = await bytesOfConstant(constant);
      const each = bytes.byteLength / rows;
      return bytes.subarray(start * each, end * each);
    },
  };
}

/** Weights of one element type under each other, as one. */
export function stacked(parts: readonly Constant[]): Constant {
  const [{ type, shape }] = parts as readonly [Constant, ...Constant[]];
  return {
    type,
    shape: [parts.reduce((rows, part) => rows + part.shape[0]!, 0), ...shape.slice(1)],
    async read() {
      const pieces = await Promise.all(parts.map(bytesOfConstant));
      return new Uint8Array(Buffer.concat(pieces));
    },
  };
}

async function bytesOfConstant(constant: Constant): Promise<Uint8Array> {
  return 'data' in constant ? bytesOf(constant.data) : constant.read();
}

async function floats(tensor: CheckpointTensor): Promise<Float32Array> {
  const values: Iterable<number | bigint> = await tensor.read();
  return values instanceof Float32Array ? values : Float32Array.from(values, Number);
}

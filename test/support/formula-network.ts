import type { Checkpoint, CheckpointTensor } from '../../encoders/checkpoints/checkpoint.js';
import type { TensorDtype } from '../../encoders/checkpoints/tensor-dtype.js';
import type { NetworkPlan } from '../../encoders/networks/network-plan.js';
import { bytesOf } from '../../onnx/element-type.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { openSession } from '../../onnx/onnx-session.js';
import { projectFile } from './project.js';

/** A tensor whose elements are offset + scale · (2u − 1); see test/reference/networks.py. */
export interface FormulaTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly offset?: number;
  readonly scale?: number;
}

interface Packed {
  readonly shape: readonly number[];
  readonly base64: string;
}

export interface NetworkCase {
  readonly peer: string;
  /** (n, 3, height, width) of the images */
  readonly input: readonly number[];
  readonly tensors: readonly FormulaTensor[];
  readonly outputs: Readonly<Record<string, Packed>>;
}

/** The number of the tensor that stands for the images. */
export const IMAGES = 1000003;

export function networkCase(name: string): NetworkCase {
  const { cases } = JSON.parse(projectFile('test/reference/networks.json')) as {
    readonly cases: Readonly<Record<string, NetworkCase>>;
  };
  return cases[name]!;
}

/** What the peer answered, row-major. */
export function expectedOutput({ outputs }: NetworkCase, name: string): Float32Array {
  const bytes = Buffer.from(outputs[name]!.base64, 'base64');
  return new Float32Array(new Uint8Array(bytes).buffer);
}

export function formulaValues(
  tensor: number,
  { shape, offset = 0, scale = 1 }: Pick<FormulaTensor, 'shape' | 'offset' | 'scale'>,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  const start = (tensor * 40503) >>> 0;
  for (let i = 0; i < values.length; i++) {
    let x = (Math.imul(i, 2654435761) + start) >>> 0;
    x ^= x >>> 15;
    x = Math.imul(x, 2246822519);
    x ^= x >>> 13;
    values[i] = offset + scale * (2 * ((x >>> 0) / 2 ** 32) - 1);
  }
  return values;
}

/** A checkpoint in memory with the tensors of a case, changed by name where asked. */
export function formulaCheckpoint(
  tensors: readonly FormulaTensor[],
  rename: (name: string) => string | undefined = (name) => name,
): Checkpoint {
  const entries = tensors.flatMap((tensor, t): [string, CheckpointTensor][] => {
    const name = rename(tensor.name);
    const { shape } = tensor;
    const dtype = (tensor.dtype ?? 'float32') as TensorDtype;
    const read = async () => formulaValues(t, tensor);
    return name === undefined
      ? []
      : [[name, { dtype, shape, read, readBytes: async () => bytesOf(await read()) }]];
  });
  return { path: 'net.pth', format: 'torch-zip', tensors: new Map(entries), close: async () => {} };
}

/** Runs a network on the formula's images; outputs by name. */
export async function answers(
  { graph }: NetworkPlan,
  input: readonly number[],
  { batchSize = input[0]! }: { readonly batchSize?: number } = {},
): Promise<Readonly<Record<string, Float32Array>>> {
  const session = await openSession(await modelBytes(graph.model()), { threads: 2 });
  const [n, ...sides] = input as readonly [number, ...number[]];
  const images = formulaValues(IMAGES, { shape: input });
  const each = images.length / n;
  const parts: Record<string, Float32Array[]> = {};
  for (let start = 0; start < n; start += batchSize) {
    const size = Math.min(batchSize, n - start);
    const data = images.slice(start * each, (start + size) * each);
    const results = await session.run({ images: { dims: [size, ...sides], data } });
    for (const [name, result] of Object.entries(results)) {
      parts[name] = [...(parts[name] ?? []), result.data as Float32Array];
    }
  }
  await session.close();
  return Object.fromEntries(
    Object.entries(parts).map(([name, pieces]) => [
      name,
      Float32Array.from(pieces.flatMap((piece) => [...piece])),
    ]),
  );
}

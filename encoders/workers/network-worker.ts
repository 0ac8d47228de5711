import { parentPort, workerData } from 'node:worker_threads';
import { type OnnxSession, openSession, type SessionOptions } from '../../onnx/onnx-session.js';
import { type PortableError, portableError } from '../../onnx/portable-error.js';

/** What the thread is started with. */
export interface NetworkStart {
  readonly path: string;
  readonly options: SessionOptions;
}

export interface NetworkRequest {
  readonly id: number;
  readonly input: string;
  /** shared memory is read in place; anything else was copied on its way here */
  readonly images: Float32Array;
  readonly dims: readonly number[];
  readonly outputs: readonly string[];
}

/** To the thread: a run, or that it is to end. */
export type NetworkMessage = NetworkRequest | 'close';

export interface NetworkOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export type NetworkReply =
  | {
      readonly kind: 'open';
      readonly inputs: OnnxSession['inputs'];
      readonly outputs: OnnxSession['outputs'];
    }
  | { readonly kind: 'result'; readonly id: number; readonly outputs: readonly NetworkOutput[] }
  | { readonly kind: 'error'; readonly id: number | undefined; readonly error: PortableError };

const port = parentPort!;

function reply(message: NetworkReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

let memory = new Float32Array(0);

/** ONNX Runtime does not take shared memory: one copy, into the same place for every batch of a size. */
function unshared(images: Float32Array): Float32Array {
  if (!(images.buffer instanceof SharedArrayBuffer)) return images;
  if (memory.length !== images.length) memory = new Float32Array(images.length);
  memory.set(images);
  return memory;
}

let isClosing = false;

async function run(session: OnnxSession, request: NetworkRequest): Promise<void> {
  if (isClosing) return; // nobody waits for it
  const { id, input, images, dims, outputs } = request;
  try {
    const results = await session.run({ [input]: { dims, data: unshared(images) } }, outputs);
    const copies = outputs.map((name) => {
      const { dims, data } = results[name]!;
      return { dims, data: new Float32Array(data as ArrayLike<number>) };
    });
    reply(
      { kind: 'result', id, outputs: copies },
      copies.map(({ data }) => data.buffer),
    );
  } catch (error) {
    reply({ kind: 'error', id, error: portableError(error) });
  }
}

try {
  const { path, options } = workerData as NetworkStart;
  const session = await openSession(path, options);
  let last = Promise.resolve();
  port.on('message', (message: NetworkMessage) => {
    if (message === 'close') {
      isClosing = true;
      last.then(() => session.close()).finally(() => port.close());
    } else last = last.then(() => run(session, message)); // one after the other: they share the memory above
  });
  reply({ kind: 'open', inputs: session.inputs, outputs: session.outputs });
} catch (error) {
  reply({ kind: 'error', id: undefined, error: portableError(error) });
}

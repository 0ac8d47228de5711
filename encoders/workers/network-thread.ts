import { Worker } from 'node:worker_threads';
import { InterruptedError } from '../../errors.js';
import { declineTelemetry, declineTf32 } from '../../onnx/decline-telemetry.js';
import type { SessionOptions, TensorDeclaration } from '../../onnx/onnx-session.js';
import { thrownError } from '../../onnx/portable-error.js';
import type {
  NetworkMessage,
  NetworkOutput,
  NetworkReply,
  NetworkRequest,
  NetworkStart,
} from './network-worker.js';

/** A network in a thread of its own, so that this one stays free to read, decode and stop while it runs. */
export interface NetworkThread {
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  /** @param request  its images are read in place if they are shared memory, else copied */
  run(request: Omit<NetworkRequest, 'id'>): Promise<readonly NetworkOutput[]>;
  /**
   * Rejects runs that are not done with INTERRUPTED at once, and ends the thread when the network has come to the end of the one
   * it is in: ONNX Runtime brings the process down if its thread is taken away under it.
   */
  close(): Promise<void>;
}

interface Pending {
  resolve(outputs: readonly NetworkOutput[]): void;
  reject(error: Error): void;
}

/**
 * Opens a network in a thread of its own.
 *
 * @throws InputError UNREADABLE_FILE and OptionError UNAVAILABLE_DEVICE as `openSession`
 */
export async function openNetworkThread(path: string, options: SessionOptions): Promise<NetworkThread> {
  declineTelemetry(); // here, for a thread cannot set the environment of the process
  declineTf32(options.device);
  const start: NetworkStart = { path, options };
  const worker = new Worker(new URL('./network-worker.js', import.meta.url), {
    workerData: start,
    execArgv: [], // a program started as `node --input-type=module -e` would hand down what no file can be run with
  });
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const pending = new Map<number, Pending>();
  let requests = 0;

  function settled(id: number): Pending | undefined {
    const found = pending.get(id);
    if (found === undefined) return undefined; // rejected by close
    pending.delete(id);
    if (pending.size === 0) worker.unref(); // an idle network keeps no program from ending
    return found;
  }

  function failAll(error: Error): void {
    for (const id of [...pending.keys()]) settled(id)?.reject(error);
  }

  const opening = new Promise<Pick<NetworkThread, 'inputs' | 'outputs'>>((resolve, reject) => {
    worker.on('message', (reply: NetworkReply) => {
      if (reply.kind === 'open') resolve(reply);
      else if (reply.kind === 'result') settled(reply.id)?.resolve(reply.outputs);
      else if (reply.id === undefined) reject(thrownError(reply.error));
      else settled(reply.id)?.reject(thrownError(reply.error));
    });
    worker.on('error', (error) => {
      reject(error);
      failAll(error);
    });
  });

  try {
    const { inputs, outputs } = await opening;
    worker.unref();
    return { inputs, outputs, run, close };
  } catch (error) {
    await worker.terminate();
    throw error;
  }

  function run(request: Omit<NetworkRequest, 'id'>): Promise<readonly NetworkOutput[]> {
    return new Promise((resolve, reject) => {
      const id = requests++;
      pending.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ ...request, id } satisfies NetworkMessage);
    });
  }

  async function close(): Promise<void> {
    failAll(
      new InterruptedError('INTERRUPTED', { where: path, expected: 'the network was closed while it ran' }),
    );
    worker.ref();
    worker.postMessage('close' satisfies NetworkMessage);
    await exited;
  }
}

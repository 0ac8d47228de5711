import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InterruptedError } from '../../errors.js';
import { thrownError } from '../../onnx/portable-error.js';
import type { StoredImage } from '../images/image-set.js';
import type { ImageReply, ImageRequest, ImageSettings, PreparedImage } from './image-worker.js';
import { PixelsInFlight } from './pixels-in-flight.js';

/** An image in a worker thread that has hashed it and waits for what to do with it; call one of the two. */
export interface HashedImage {
  readonly sha256: string;
  /** Decodes and preprocesses it. @param into  shared memory for the result; new memory unless given */
  prepare(into?: Float32Array): Promise<PreparedImage>;
  /** Forgets it: its embedding is known. */
  drop(): void;
}

/** Threads that hash, decode and preprocess. */
export interface ImageWorkers {
  readonly count: number;
  /** @param stored  copied on its way to the thread */
  hash(stored: StoredImage, name: string): Promise<HashedImage>;
  /** What is under way is rejected with INTERRUPTED. */
  close(): Promise<void>;
}

/** More would wait for each other's memory; eight decode some 2,000 photographs of 256 × 256 a second. */
const MOST_WORKERS = 8;

/** One for each core, up to a bound. */
export function defaultWorkerCount(): number {
  return Math.min(availableParallelism(), MOST_WORKERS);
}

/** Of all runs together. */
const pixelsInFlight = new PixelsInFlight();

interface Pending {
  resolve(reply: ImageReply): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  readonly listen: (reply: ImageReply) => void;
  /** images it holds */
  load: number;
}

/** Threads of runs that have ended, for the next one: starting one and loading a decoder takes some 0.4 s of a core. */
const idle: Worker[] = [];

/** Counted over all runs, so that no thread ever mistakes one run's image for another's. */
let tasks = 0;

function takeWorker(): Worker {
  const worker = idle.pop() ?? new Worker(new URL('./image-worker.js', import.meta.url), { execArgv: [] });
  worker.ref();
  return worker;
}

/** It keeps no program from ending. */
function keepWorker(worker: Worker): void {
  worker.unref();
  idle.push(worker);
}

/** Starts threads, or takes those that an earlier run has left. */
export function openImageWorkers(settings: ImageSettings, count: number): ImageWorkers {
  const pending = new Map<number, Pending>();
  let state: 'open' | 'closed' = 'open';

  /** Pixels that tasks of this run decode, or wait to. */
  const claimed = new Map<number, number>();

  async function admit({ task, pixels }: ImageReply & { kind: 'claim' }, worker: Worker): Promise<void> {
    claimed.set(task, 0);
    await pixelsInFlight.acquire(pixels);
    if (!claimed.has(task)) {
      pixelsInFlight.release(pixels); // its run was stopped meanwhile
      return;
    }
    claimed.set(task, pixels);
    worker.postMessage({ kind: 'admitted', task } satisfies ImageRequest);
  }

  function release(task: number): void {
    const pixels = claimed.get(task);
    if (pixels !== undefined) pixelsInFlight.release(pixels);
    claimed.delete(task);
  }

  function settle(reply: Exclude<ImageReply, { kind: 'claim' }>): void {
    release(reply.task);
    const settled = pending.get(reply.task);
    pending.delete(reply.task);
    if (reply.kind === 'error') settled?.reject(thrownError(reply.error));
    else settled?.resolve(reply);
  }

  const threads: readonly Thread[] = Array.from({ length: count }, () => {
    const worker = takeWorker();
    const listen = (reply: ImageReply): void => {
      if (reply.kind === 'claim') void admit(reply, worker);
      else settle(reply);
    };
    worker.on('message', listen);
    worker.on('error', failAll);
    worker.postMessage({ kind: 'begin', settings } satisfies ImageRequest);
    return { worker, listen, load: 0 };
  });

  function failAll(error: Error): void {
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
    for (const task of [...claimed.keys()]) release(task);
  }

  function ask(
    thread: Thread,
    request: ImageRequest & { readonly task: number },
    transfer: ArrayBuffer[] = [],
  ): Promise<ImageReply> {
    return new Promise((resolve, reject) => {
      pending.set(request.task, { resolve, reject });
      thread.worker.postMessage(request, transfer);
    });
  }

  return {
    count,
    async hash(stored, name) {
      if (state === 'closed') throw stopped();
      const thread = threads.reduce((least, other) => (other.load < least.load ? other : least));
      const task = tasks++;
      thread.load++;
      const { copy, buffer } = copied(stored);
      const reply = await ask(thread, { kind: 'hash', task, name, stored: copy }, [buffer]).catch((error) => {
        thread.load--;
        throw error;
      });
      return {
        sha256: (reply as ImageReply & { kind: 'hash' }).sha256,
        async prepare(into) {
          try {
            const reply = await ask(thread, { kind: 'prepare', task, into });
            const { note, tensor } = reply as ImageReply & { kind: 'prepared' };
            return { note, tensor: into ?? tensor! };
          } finally {
            thread.load--;
          }
        },
        drop() {
          thread.load--;
          thread.worker.postMessage({ kind: 'drop', task } satisfies ImageRequest);
        },
      };
    },
    async close() {
      state = 'closed';
      if (threads.every(({ load }) => load === 0)) {
        for (const { worker, listen } of threads) {
          worker.off('message', listen);
          worker.off('error', failAll);
          keepWorker(worker);
        }
        return;
      }
      failAll(stopped());
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function stopped(): InterruptedError {
  return new InterruptedError('INTERRUPTED', {
    where: 'encodeImages',
    expected: 'stopped before the last image',
  });
}

/** Its own memory, which can be handed over: the caller's stays the caller's. */
function copied(stored: StoredImage): { readonly copy: StoredImage; readonly buffer: ArrayBuffer } {
  if (stored.kind === 'encoded') {
    const bytes = new Uint8Array(stored.bytes);
    return { copy: { kind: 'encoded', bytes }, buffer: bytes.buffer };
  }
  const { width, height } = stored.image;
  const data = new Uint8Array(stored.image.data);
  return { copy: { kind: 'pixels', image: { width, height, data } }, buffer: data.buffer };
}

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  type DenseKernels,
  type KernelName,
  kernelModule,
  kernelsOn,
  sharedMemory,
} from './kernel-module.js';
import type { KernelPart } from './kernel-thread.js';

/** A matrix for a kernel. */
export interface KernelRequest<Result> {
  readonly kernel: KernelName;
  /** default: one for each core; 1 works on the calling thread alone */
  readonly threads?: number;
  /** lays the job out; its address, or 0 if there is not enough memory */
  prepare(kernels: DenseKernels, threads: number): number;
  /** puts the matrix, or its factors, into the memory */
  load(memory: Float64Array, kernels: DenseKernels, job: number): void;
  /** takes the result out */
  read(memory: Float64Array, kernels: DenseKernels, job: number): Result;
  /** what to throw if the kernel did not find it; a kernel that always does has none */
  failed?(kernels: DenseKernels, job: number): Error;
}

/** Beyond this, threads wait for each other more than they work. */
const MOST_THREADS = 8;

/** Kept for the next job: the first touch of fresh memory costs more than many kernels. */
const MOST_KEPT_BYTES = 2 ** 28;

const team: Worker[] = [];
let kept: WebAssembly.Memory | undefined;
let busy: Promise<unknown> = Promise.resolve();

/**
 * Runs a kernel with a team of threads over one memory. Every sum is taken in one order whoever takes it, so the result has the same
 * bits for any number of threads. Jobs wait for each other.
 */
export function runKernel<Result>(request: KernelRequest<Result>): Promise<Result> {
  const turn = busy.then(() => runNow(request));
  busy = turn.catch(() => undefined);
  return turn;
}

async function runNow<Result>(request: KernelRequest<Result>): Promise<Result> {
  const { kernel } = request;
  const threads = request.threads ?? Math.min(availableParallelism(), MOST_THREADS);
  const module = await kernelModule();
  const memory = kept ?? sharedMemory();
  kept = undefined;
  const kernels = kernelsOn(module, memory);
  const job = request.prepare(kernels, threads);
  if (job === 0) throw new RangeError(`${kernel}: the matrix needs more than 4 GiB`);
  const view = new Float64Array(memory.buffer);
  request.load(view, kernels, job);
  const found =
    threads === 1 ? kernels[kernel](job) !== 0 : await together({ module, memory, kernel, job, threads });
  if (!found) throw request.failed?.(kernels, job) ?? new Error(`${kernel}: no result`);
  const result = request.read(view, kernels, job);
  if (memory.buffer.byteLength <= MOST_KEPT_BYTES) kept = memory;
  return result;
}

async function together({
  threads,
  ...part
}: Omit<KernelPart, 'thread'> & { readonly threads: number }): Promise<boolean> {
  while (team.length < threads) team.push(new Worker(new URL('./kernel-thread.js', import.meta.url)));
  const answers = team.slice(0, threads).map((worker, thread) => answer(worker, { ...part, thread }));
  return (await Promise.all(answers)).every(Boolean);
}

/** The process stays while a job runs, and never because of an idle thread. */
function answer(worker: Worker, part: KernelPart): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => () => {
      worker.removeAllListeners('message').removeAllListeners('error').unref();
      done();
    };
    worker.ref();
    worker.once('message', (found: boolean) => settle(() => resolve(found))());
    worker.once('error', (error) => settle(() => reject(error))());
    worker.postMessage(part);
  });
}

import { parentPort } from 'node:worker_threads';
import { type KernelName, kernelsOn } from './kernel-module.js';

/** A thread's part of a job: thread 0 leads. */
export interface KernelPart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly kernel: KernelName;
  readonly job: number;
  readonly thread: number;
}

parentPort!.on('message', ({ module, memory, kernel, job, thread }: KernelPart) => {
  const kernels = kernelsOn(module, memory);
  if (thread === 0) parentPort!.postMessage(kernels[kernel](job) !== 0);
  else {
    kernels.help(job, thread);
    parentPort!.postMessage(true);
  }
});

import { readFile } from 'node:fs/promises';

/** What dense-kernels.as.ts exports: addresses and sizes in bytes. */
export interface DenseKernels {
  /** lays a job out and grows the memory; 0 if there is not enough */
  prepared(rows: number, columns: number, threads: number): number;
  matrixAddress(job: number): number;
  panelBytes(job: number): number;
  valuesAddress(job: number): number;
  /** the leader's parts: 1 if all went well */
  singularValues(job: number): number;
  /** what every other thread runs meanwhile */
  help(job: number, thread: number): void;
}

/** Kernels that a leader can run. */
export type KernelName = 'singularValues';

let compiled: Promise<WebAssembly.Module> | undefined;

/** The kernels as WebAssembly, compiled once. */
export function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= readFile(new URL('./dense-kernels.wasm', import.meta.url)).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  return compiled;
}

/** As much as 32 bits address. */
const MOST_PAGES = 65536;

export function sharedMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
}

export function kernelsOn(module: WebAssembly.Module, memory: WebAssembly.Memory): DenseKernels {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return instance.exports as unknown as DenseKernels;
}

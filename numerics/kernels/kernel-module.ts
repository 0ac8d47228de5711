import { readFile } from 'node:fs/promises';

/** What dense-kernels.as.ts exports: addresses and sizes in bytes. */
export interface DenseKernels {
  /** lays a job out and grows the memory; 0 if there is not enough. `depth`: terms of a product, else 0 */
  prepared(rows: number, columns: number, threads: number, depth: number): number;
  rowOperandAddress(job: number): number;
  columnOperandAddress(job: number): number;
  /** term k of the product is 0 in rows beyond k (1), in columns beyond k (2), or nowhere (0) */
  setTriangular(job: number, triangular: 0 | 1 | 2): void;
  matrixAddress(job: number): number;
  panelBytes(job: number): number;
  valuesAddress(job: number): number;
  preparedFactorization(d: number, threads: number): number;
  factorAddress(job: number): number;
  pivotsAddress(job: number): number;
  rank(job: number): number;
  /** a feature whose variance turned out negative, or −1 */
  negativeFeature(job: number): number;
  /** the leader's parts: 1 if all went well */
  singularValues(job: number): number;
  productSingularValues(job: number): number;
  choleskyFactor(job: number): number;
  /** diagonal, then what is beside it: entry i couples i − 1 and i */
  tridiagonalize(job: number): number;
  /** what every other thread runs meanwhile */
  help(job: number, thread: number): void;
}

/** Kernels that a leader can run. */
export type KernelName = 'singularValues' | 'productSingularValues' | 'choleskyFactor' | 'tridiagonalize';

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

/** Where a matrix lies, in elements: panel p of four columns, (rows, 4) row-major, at `matrix + p·panel`. */
export interface MatrixLayout {
  readonly matrix: number;
  readonly panel: number;
}

export function matrixLayout(kernels: DenseKernels, job: number): MatrixLayout {
  return { matrix: kernels.matrixAddress(job) / 8, panel: kernels.panelBytes(job) / 8 };
}

import type { Algebra } from './algebra.js';

/** The fastest engine that this machine has, loaded when it is first asked for. */
export async function openAlgebra(): Promise<Algebra> {
  const { fastAlgebra } = await import('./fast-algebra.js');
  return fastAlgebra;
}

import { type Algebra, plainAlgebra } from './algebra.js';

/** The fastest engine that this machine has. */
export async function openAlgebra(): Promise<Algebra> {
  return plainAlgebra;
}

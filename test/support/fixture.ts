import type { Rows } from '../../numerics/rows.js';
import { projectFile } from './project.js';

/** A matrix of float32 as the Python scripts write it. */
export interface PackedRows {
  readonly n: number;
  readonly d: number;
  /** base64 of little-endian float32, row-major */
  readonly float32: string;
}

/** The cases of `test/reference/<name>.json`. */
export function fixtureCases<T>(name: string): readonly (T & { readonly name: string })[] {
  return JSON.parse(projectFile(`test/reference/${name}.json`)).cases;
}

/** The matrix itself. */
export function unpacked({ n, d, float32 }: PackedRows): Rows {
  const bytes = Buffer.from(float32, 'base64');
  const data = new Float32Array(n * d);
  for (let i = 0; i < data.length; i++) data[i] = bytes.readFloatLE(4 * i);
  return { n, d, data };
}

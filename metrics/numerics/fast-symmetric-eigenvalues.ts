import { binaryScale } from './binary-scale.js';
import { bandedWidth, type ThreadOptions } from './fast-singular-values.js';
import { checkedMagnitude, symmetricEigenvalues } from './symmetric-eigenvalues.js';
import { tridiagonalEigenvalues } from './tridiagonal.js';
import { type MatrixPlace, matrixPlace } from './workers/kernel-module.js';
import { runKernel } from './workers/kernel-team.js';

/** Below this size, starting threads costs more than it saves. */
const SMALL = 96;

/**
 * Eigenvalues, ascending, of a symmetric matrix of any size: reduction to a band by products of blocks, to tridiagonal form by
 * chasing bulges, in WebAssembly with threads, then implicit QL. Each is within about ε·√d times the largest. The same bits on every
 * machine and for every number of threads.
 *
 * @param matrix  (d, d) row-major; its lower triangle is read; not changed
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE, DID_NOT_CONVERGE
 * @source Bischof, Lang & Sun 2000, ACM Trans. Math. Softw. 26:581–601 (successive band reduction)
 * @agreesWith scipy.linalg.eigvalsh at d = 16 … 512, to 1e-12 of the largest (test/reference/large-decompositions.json)
 */
export async function fastSymmetricEigenvalues(
  matrix: Float64Array,
  d: number,
  options: ThreadOptions = {},
): Promise<Float64Array> {
  const magnitude = checkedMagnitude(matrix, d, 'symmetricEigenvalues');
  if (d < SMALL || magnitude === 0) return symmetricEigenvalues(matrix, d);
  const scale = binaryScale(magnitude);
  const width = bandedWidth(d);
  const { diagonal, beside } = await runKernel({
    kernel: 'tridiagonalize',
    ...options,
    prepare: (kernels, threads) => kernels.prepared(width, width, threads, 0),
    load: (memory, kernels, job) => loadSymmetric(memory, matrixPlace(kernels, job), { matrix, d, scale }),
    read: (memory, kernels, job) => {
      // the rows of zeros that fill the band up stay apart, at its end
      const start = kernels.valuesAddress(job) / 8;
      return {
        diagonal: memory.slice(start, start + d),
        beside: memory.slice(start + width + 1, start + width + d),
      };
    },
  });
  tridiagonalEigenvalues(diagonal, beside);
  return diagonal.map((value) => value * scale).sort();
}

/** The lower triangle and its mirror image, four columns at a time. */
function loadSymmetric(
  memory: Float64Array,
  place: MatrixPlace,
  { matrix, d, scale }: { readonly matrix: Float64Array; readonly d: number; readonly scale: number },
): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = matrix[i * d + j]! / scale;
      memory[place.matrix + (j >> 2) * place.panel + 4 * i + (j & 3)] = value;
      memory[place.matrix + (i >> 2) * place.panel + 4 * j + (i & 3)] = value;
    }
  }
}

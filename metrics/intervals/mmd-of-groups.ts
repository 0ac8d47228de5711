import type { Algebra } from '../../numerics/algebra.js';
import type { Kernel } from '../../numerics/kernel.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { type Rows, selectRows } from '../../numerics/rows.js';
import type { MmdSums } from '../squared-mmd.js';
import type { SquaredDistanceError } from './squared-distance-bounds.js';

/** Images of both sides in groups, of which those of one number are independent of all others. */
interface GroupsOfSides {
  readonly first: readonly Uint32Array[];
  readonly second: readonly Uint32Array[];
}

/** Σ k over the pairs of two groups, all groups of the first side before those of the second: (2g, 2g), symmetric. */
async function blockSums(
  rows: { readonly first: Rows; readonly second: Rows },
  { first, second }: GroupsOfSides,
  { kernel, algebra }: { readonly kernel: Kernel; readonly algebra: Algebra },
): Promise<Float64Array> {
  const parts = [
    ...first.map((indices) => selectRows(rows.first, indices)),
    ...second.map((indices) => selectRows(rows.second, indices)),
  ];
  const size = parts.length;
  const sums = new Float64Array(size * size);
  for (const [a, part] of parts.entries()) {
    if (part.n === 0) continue;
    const { rowSums, diagonal } = await algebra.ownKernelSums(part, kernel);
    sums[a * size + a] = compensatedSum(rowSums) + compensatedSum(diagonal);
    for (let b = 0; b < a; b++) {
      if (parts[b]!.n === 0) continue;
      const across = await algebra.crossKernelSums(part, parts[b]!, kernel);
      sums[a * size + b] = sums[b * size + a] = compensatedSum(across.rowSums);
    }
  }
  return sums;
}

/** What a group adds to the difference of mean embeddings, less its share of the whole: coefficients of the groups' sums. */
function coefficients({ first, second }: GroupsOfSides): readonly Float64Array[] {
  const g = first.length;
  const counts = [...first, ...second].map(({ length }) => length);
  const n = counts.slice(0, g).reduce((sum, count) => sum + count, 0);
  const m = counts.slice(g).reduce((sum, count) => sum + count, 0);
  return Array.from({ length: g }, (_, j) =>
    Float64Array.from({ length: 2 * g }, (_, b) =>
      b < g ? ((b === j ? 1 : 0) - counts[j]! / n) / n : -((b === g + j ? 1 : 0) - counts[g + j]! / m) / m,
    ),
  );
}

/** aᵀSb. */
function bilinear(a: Float64Array, sums: Float64Array, b: Float64Array): number {
  const size = a.length;
  const rows = a.map((weight, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += sums[i * size + j]! * b[j]!;
    return weight * sum;
  });
  return compensatedSum(rows);
}

/**
 * The error of a squared MMD from groups of both sides that are independent of each other, whatever depends on what within them. With eⱼ the
 * embedding of group j in the difference δ = Σ eⱼ, centered, tr C = g/(g − 1)·Σ‖eⱼ‖², 4δᵀCδ = 4g/(g − 1)·Σ⟨eⱼ, δ⟩² and
 * 2 tr C² = 2g/(g − 1)·Σ⟨eⱼ, eₗ⟩² over j ≠ l, less what centering puts there.
 *
 * @param sums  of all pairs
 * @param rows  of the sums
 */
export async function errorOfGroups(
  sums: MmdSums,
  rows: { readonly first: Rows; readonly second: Rows },
  {
    groups,
    ...engine
  }: { readonly groups: GroupsOfSides; readonly kernel: Kernel; readonly algebra: Algebra },
): Promise<SquaredDistanceError> {
  const g = groups.first.length;
  const blocks = await blockSums(rows, groups, engine);
  const own = coefficients(groups);
  const whole = Float64Array.from({ length: 2 * g }, (_, b) =>
    b < g ? 1 / sums.first.rowSums.length : -1 / sums.second.rowSums.length,
  );
  const grown = g / (g - 1);
  const norms = own.map((one) => bilinear(one, blocks, one));
  const noise = grown * compensatedSum(norms);
  const projections = own.map((one) => bilinear(one, blocks, whole) ** 2);
  // ⟨eⱼ, eₗ⟩ of centered groups is −noise/g² on average, which is no product of independent errors
  const products = own.flatMap((one, j) =>
    own.slice(0, j).map((other) => (bilinear(one, blocks, other) + noise / g ** 2) ** 2),
  );
  return {
    noise,
    projected: 4 * grown * compensatedSum(projections),
    pairs: 4 * grown * compensatedSum(products),
  };
}

import { SIDES } from '../comparable-sets.js';
import type { Comparison } from '../metric-definition.js';
import type { Algebra } from '../numerics/algebra.js';
import { compensatedSum } from '../numerics/compensated-sum.js';
import type { Kernel } from '../numerics/kernel.js';
import type { Rows } from '../numerics/rows.js';
import { selectRows } from '../numerics/select-rows.js';
import { type MmdSums, mmdSumsBy, squaredMmd } from '../squared-mmd.js';
import { deleteGroupJackknife } from './delete-group-jackknife.js';
import type { IntervalsOf } from './jackknife-of-metric.js';
import { groupPlan, groupsOfSides } from './sets-without-group.js';

const OF_PAIRS = { uses: 'embeddings', sides: 'both' } as const;

/** Σ of the values at some places. */
function sumAt(values: Float64Array, places: Uint32Array): number {
  return compensatedSum(Array.from(places, (place) => values[place]!));
}

/**
 * Unbiased squared MMD without the pairs of some rows of each side, from the sums of all and those among the rows that go: what is left of
 * Σ k(x, x′) is the whole less twice the sums of the rows that go, which count the pairs among these twice.
 */
async function withoutRows(
  { first, second, across }: MmdSums,
  rows: { readonly first: Rows; readonly second: Rows },
  gone: { readonly first: Uint32Array; readonly second: Uint32Array },
  kernel: Kernel,
  algebra: Algebra,
): Promise<number> {
  const [x, y] = [selectRows(rows.first, gone.first), selectRows(rows.second, gone.second)];
  const among = await mmdSumsBy(algebra, { first: x, second: y }, kernel);
  const [n, m] = [rows.first.n - x.n, rows.second.n - y.n];
  const left = (side: 'first' | 'second', count: number) => {
    const { rowSums } = { first, second }[side];
    const sum =
      compensatedSum(rowSums) - 2 * sumAt(rowSums, gone[side]) + compensatedSum(among[side].rowSums);
    return sum / (count * (count - 1));
  };
  const crossed =
    compensatedSum(across.rowSums) -
    sumAt(across.rowSums, gone.first) -
    sumAt(across.columnSums, gone.second) +
    compensatedSum(among.across.rowSums);
  return left('first', n) + left('second', m) - (2 * crossed) / (n * m);
}

/**
 * Standard error and interval of a squared MMD of sides whose images belong together in pairs, where the closed form of the variance does not
 * hold and the mean of k(x, y) is off by the pairs among its n·m: a jackknife that leaves out both of a pair, which removes that, a
 * multiple of 1/n.
 *
 * @param sums  of all pairs
 * @param options  `rows` of the sums, in the order of the sets; `drawVariance` as of `mmdIntervals`
 */
export async function pairedMmdIntervals(
  sets: Comparison,
  sums: MmdSums,
  {
    rows,
    kernel,
    scale,
    level,
    drawVariance = 0,
    algebra,
  }: {
    readonly rows: { readonly first: Rows; readonly second: Rows };
    readonly kernel: Kernel;
    readonly scale: number;
    readonly level: number;
    readonly drawVariance?: number;
    readonly algebra: Algebra;
  },
): Promise<IntervalsOf> {
  const plan = groupPlan(sets, OF_PAIRS);
  if ('reason' in plan) return plan;
  const groups = groupsOfSides(sets, { ...OF_PAIRS, sides: SIDES });
  const replicates: number[] = [];
  for (const [j, first] of groups.get('reference')!.entries()) {
    const gone = { first, second: groups.get('generated')![j]! };
    replicates.push(scale * (await withoutRows(sums, rows, gone, kernel, algebra)));
  }
  const value = scale * squaredMmd(sums, 'unbiased');
  const { standardError, interval } = deleteGroupJackknife({ value, replicates, level, bias: 'removed' });
  return { estimates: [{ standardError: Math.hypot(standardError, Math.sqrt(drawVariance)), interval }] };
}

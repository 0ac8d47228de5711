import type { CrossKernelSums, OwnKernelSums } from './kernel-sums.js';

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function added(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, i) => value + second[i]!);
}

/**
 * Own sums of two shards of one set, from those of each and the sums across them.
 *
 * @param across  of the first shard against the second
 */
export function mergeOwnSums(
  first: OwnKernelSums,
  second: OwnKernelSums,
  across: CrossKernelSums,
): OwnKernelSums {
  return {
    rowSums: joined(added(first.rowSums, across.rowSums), added(second.rowSums, across.columnSums)),
    diagonal: joined(first.diagonal, second.diagonal),
  };
}

/** Cross sums of two shards of the first set against the same second set. */
export function mergeCrossSums(upper: CrossKernelSums, lower: CrossKernelSums): CrossKernelSums {
  return {
    rowSums: joined(upper.rowSums, lower.rowSums),
    columnSums: added(upper.columnSums, lower.columnSums),
  };
}

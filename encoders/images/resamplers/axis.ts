/** One axis of a resize: `input` pixels become `output`, of which only `length` from `start` are wanted. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly start: number;
  readonly length: number;
}

/** Both axes of a resize. */
export interface Axes {
  readonly x: Axis;
  readonly y: Axis;
}

/** A whole axis, nothing cut off. */
export function wholeAxis(input: number, output: number): Axis {
  return { input, output, start: 0, length: output };
}

/**
 * Which source pixels make each output pixel, and how much of each: output i is the sum over k < `counts[i]` of
 * source `indices[i · most + k]` times `weights[i · most + k]`.
 */
export interface Taps<Weights> {
  /** the largest count */
  readonly most: number;
  readonly counts: Int32Array;
  readonly indices: Int32Array;
  readonly weights: Weights;
}

/** Source pixels of an axis that any of its taps reads, from the first through the last. */
export function span({ most, counts, indices }: Taps<unknown>): { first: number; length: number } {
  let first = indices[0]!;
  let last = first;
  counts.forEach((count, i) => {
    first = Math.min(first, indices[i * most]!);
    last = Math.max(last, indices[i * most + count - 1]!);
  });
  return { first, length: last - first + 1 };
}

const REMEMBERED = 64;

/** The same table for the same axis, made once: images of a set mostly share a size. Keeps the last 64. */
export function remembered<Table>(table: (axis: Axis) => Table): (axis: Axis) => Table {
  const tables = new Map<string, Table>();
  return (axis) => {
    const key = `${axis.input} ${axis.output} ${axis.start} ${axis.length}`;
    const known = tables.get(key);
    if (known !== undefined) return known;
    if (tables.size === REMEMBERED) tables.delete(tables.keys().next().value!);
    const made = table(axis);
    tables.set(key, made);
    return made;
  };
}

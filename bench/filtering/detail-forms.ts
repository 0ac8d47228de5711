/** A function of the measures of detail of each image, given as standard normals: the higher, the more uncertain. */
type DetailForm = (details: readonly Float64Array[]) => Float64Array;

/** Of the first and the last measure of detail of each image. */
function ofTwo(value: (first: number, last: number) => number): DetailForm {
  return (details) => details[0]!.map((first, i) => value(first, details.at(-1)![i]!));
}

/** Of all measures of detail of each image. */
function ofAll(value: (own: readonly number[]) => number): DetailForm {
  return (details) => details[0]!.map((_, i) => value(details.map((detail) => detail[i]!)));
}

/** Scores that are detail in disguise. */
export const DETAIL_FORMS = {
  step: ofTwo((first) => (first > 0.4 ? 1 : 0)),
  clipping: ofTwo((first) => Math.min(1, Math.max(-0.2, first))),
  band: ofTwo((first) => (Math.abs(first - 0.3) < 0.8 ? 0 : 1)),
  and: ofTwo((first, last) => (first > -0.3 && last > -0.3 ? 1 : 0)),
  xor: ofTwo((first, last) => (first > 0 !== last > 0 ? 1 : 0)),
  product: ofTwo((first, last) => first * last),
  sum: ofAll((own) => own.reduce((sum, value) => sum + value, 0)),
  largest: ofAll((own) => Math.max(...own)),
  ratio: ofTwo((first, last) => Math.exp(first - 0.7 * last)),
  distance: ofAll((own) => Math.hypot(...own)),
  'five steps': ofTwo((first) => Math.max(-2, Math.min(2, Math.round(1.5 * first)))),
} as const satisfies Record<string, DetailForm>;

export type DetailFormName = keyof typeof DETAIL_FORMS;

/** As a share of the largest: 0 … 1 by rank, or 0 and 1 where there are two values. */
export function gradeOf(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const grades = new Float64Array(values.length);
  let first = 0;
  order.forEach((index, rank) => {
    if (values[index] !== values[order[first]!]) first = rank;
    grades[index] = first / order.length;
  });
  const most = Math.max(...grades);
  return grades.map((grade) => (most === 0 ? 0 : grade / most));
}

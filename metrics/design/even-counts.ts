import { noncentralDeviate } from '../../numerics/noncentral-chi-square.js';

/** Counts that chance makes as even or evener once in a thousand are no chance. */
const EVENNESS_DEVIATE = -3.09;

/** With fewer images a class on average χ² is not the law. */
const FEWEST_FOR_EACH = 5;

/** With fewer classes the deviate of the lower tail is not known well enough. */
const LEAST_FREEDOM = 4;

/** Σ (c − e)²/e, whose law is χ² with one degree of freedom less than there are counts. */
function isBelowChance(square: number, freedom: number): boolean {
  return freedom >= LEAST_FREEDOM && noncentralDeviate(square, { freedom }) < EVENNESS_DEVIATE;
}

/**
 * Whether class counts are more even than independent draws give: below the 0.1 % quantile of χ² under equal shares. Unequal shares make
 * counts less even, so that whatever the shares are, chance alone does this at most once in a thousand.
 */
export function areMoreEven(counts: readonly number[]): boolean {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const expected = n / counts.length;
  if (expected < FEWEST_FOR_EACH) return false;
  const square = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return isBelowChance(square, counts.length - 1);
}

/** Whether the class counts of two sets agree better than those of two independent draws from one population do. */
export function agreeBetter(first: readonly number[], second: readonly number[]): boolean {
  const used = first.flatMap((count, i) => (count + second[i]! >= 2 * FEWEST_FOR_EACH ? [i] : []));
  const [n, m] = [first, second].map((counts) => used.reduce((sum, i) => sum + counts[i]!, 0)) as [
    number,
    number,
  ];
  if (n === 0 || m === 0) return false;
  const square = used.reduce((sum, i) => {
    const [a, b] = [first[i]!, second[i]!];
    return sum + (a * Math.sqrt(m / n) - b * Math.sqrt(n / m)) ** 2 / (a + b);
  }, 0);
  return isBelowChance(square, used.length - 1);
}

/** Whether labels that files carry say that a fixed number of each was drawn: all counts the same, or more even than chance. */
export function areFixedCounts(counts: readonly number[]): boolean {
  const [first] = counts;
  return counts.length > 1 && first! > 1 && (counts.every((count) => count === first) || areMoreEven(counts));
}

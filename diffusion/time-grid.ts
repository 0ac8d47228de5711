import { OptionError } from '../errors.js';

/** Times at which a sampler asks the network, from late to early, and where it ends. */
export interface TimeGrid {
  /** falling, the last is 0 */
  readonly times: readonly number[];
  /** `t0`: at x_0's noisy neighbor, t = 0, as the original study does; `x0`: one more step, to the clean image */
  readonly end: 't0' | 'x0';
}

/** How DDIM and DDPM space their times: evenly, or evenly in √t up to 0.8 of the steps. */
export const GRIDS = ['uniform', 'quadratic'] as const;
export type GridKind = (typeof GRIDS)[number];

/**
 * Times of a grid of `count`: 0, skip, 2·skip, … with skip = ⌊steps/count⌋, in falling order; or ⌊i²·0.8·steps/(count − 1)²⌋,
 * each once: ddim's programs ask twice where two are the same time, a step that changes nothing.
 *
 * Where `count` does not divide `steps`, the uniform grid starts before the schedule's end: 60 of 1,000 start at t = 944.
 * The original study's programs do so too; ddim's take more times than asked instead. `lateStart` tells the start.
 *
 * @param steps  of the schedule, such as 1,000
 * @throws OptionError OUT_OF_RANGE if count is not in 2 … steps
 *
 * Source: the programs of Song et al. 2021, arXiv:2010.02502, section D.2, and of the original study.
 *
 * @example
 * timeGrid({ steps: 1000, count: 4, kind: 'uniform', end: 't0' }).times.join(' '); // 750 500 250 0
 */
export function timeGrid({
  steps,
  count,
  kind,
  end,
}: {
  readonly steps: number;
  readonly count: number;
  readonly kind: GridKind;
  readonly end: TimeGrid['end'];
}): TimeGrid {
  if (!Number.isInteger(count) || count < 2 || count > steps)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--steps',
      expected: `must be from 2 to the ${steps} steps of the network's schedule`,
      received: String(count),
    });
  const skip = Math.floor(steps / count);
  const root = Math.sqrt(steps * 0.8);
  const rootAt = (i: number): number => (i === count - 1 ? root : i * (root / (count - 1))); // rounds as numpy.linspace
  const rising = Array.from({ length: count }, (_, i) =>
    kind === 'uniform' ? i * skip : Math.floor(rootAt(i) ** 2),
  );
  return { times: [...new Set(rising)].reverse(), end };
}

/**
 * Where a uniform grid starts, if that is earlier than a grid of a number that divides the schedule would; else null.
 *
 * @returns first time, and the nearest numbers of steps that divide
 *
 * @example
 * lateStart({ steps: 1000, count: 60 })?.time; // 944
 */
export function lateStart({ steps, count }: { readonly steps: number; readonly count: number }): {
  readonly time: number;
  readonly dividing: readonly number[];
} | null {
  if (steps % count === 0) return null;
  const isDivisor = (value: number): boolean => steps % value === 0;
  const below = Array.from({ length: count - 1 }, (_, i) => count - 1 - i).find(isDivisor);
  const above = Array.from({ length: steps - count }, (_, i) => count + 1 + i).find(isDivisor);
  return {
    time: (count - 1) * Math.floor(steps / count),
    dividing: [below, above].filter((value) => value !== undefined && value > 1) as number[],
  };
}

/**
 * Whether the variance is followed in each step: in the first and every `every`-th after it.
 *
 * @param count  of steps
 * @param every  1 follows all; 5 is the original study's choice
 * @throws OptionError OUT_OF_RANGE if `every` is below 1
 *
 * Source: Kou et al. 2024, arXiv:2310.11142, section 3.4.
 *
 * @example
 * followedSteps({ count: 6, every: 5 }).join(' '); // true false false false false true
 */
export function followedSteps({
  count,
  every,
}: {
  readonly count: number;
  readonly every: number;
}): boolean[] {
  if (!Number.isInteger(every) || every < 1)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--skip',
      expected: 'must be a whole number of at least 1',
      received: String(every),
    });
  return Array.from({ length: count }, (_, i) => i % every === 0);
}

import type { VerdictKind } from '../../filtering/filter-effect.js';
import { normalQuantile } from '../../numerics/student-t.js';

/** What must seldom, or must nearly always, be said in a world. */
export type Counted = 'helps or hurts' | 'helps' | 'inseparable or not more';

/** The verdicts that are counted. */
const KINDS: Readonly<Record<Counted, readonly VerdictKind[]>> = {
  'helps or hurts': ['helps', 'hurts', 'helps-detail-unmeasured'],
  helps: ['helps', 'helps-detail-unmeasured'],
  'inseparable or not more': ['inseparable-from-detail', 'not-more-than-detail'],
};

/** How often something was said. */
export interface VerdictRate {
  readonly counted: Counted;
  readonly trials: number;
  readonly share: number;
  /** 95 %, Wilson's: of a binomial share, inside 0 … 1 */
  readonly interval: readonly [number, number];
  readonly verdicts: Readonly<Record<string, number>>;
}

/**
 * Wilson's 95 % interval of a binomial share.
 *
 * @example
 * wilsonInterval(0, 100).map((end) => end.toFixed(3)).join(' '); // 0.000 0.037
 */
export function wilsonInterval(count: number, trials: number): readonly [number, number] {
  const z = normalQuantile(0.975);
  const share = count / trials;
  const center = (share + z ** 2 / (2 * trials)) / (1 + z ** 2 / trials);
  const half =
    (z / (1 + z ** 2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return [Math.max(0, center - half), Math.min(1, center + half)];
}

/** The rate of one world, from how often each verdict was given. */
export function verdictRate(counted: Counted, verdicts: Readonly<Record<string, number>>): VerdictRate {
  const trials = Object.values(verdicts).reduce((sum, count) => sum + count, 0);
  const count = KINDS[counted].reduce((sum, kind) => sum + (verdicts[kind] ?? 0), 0);
  const [low, high] = wilsonInterval(count, trials);
  return {
    counted,
    trials,
    share: Number((count / trials).toFixed(4)),
    interval: [Number(low.toFixed(4)), Number(high.toFixed(4))],
    verdicts,
  };
}

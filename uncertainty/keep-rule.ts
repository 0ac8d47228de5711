import { OptionError } from '../errors.js';

/** Where the line between kept and dropped is drawn. */
export type KeepThreshold =
  /** at mean + deviations · sd (ddof 0) of the scores: 1 in BayesDiff; below 0 for `mean-1sd` */
  | { readonly kind: 'deviations'; readonly deviations: number }
  /** so that this share is kept, by the type-7 quantile of the scores */
  | { readonly kind: 'quantile'; readonly share: number }
  /** so that exactly this many are kept; of images tied at the threshold, a seeded draw */
  | { readonly kind: 'count'; readonly count: number }
  /** a number that somebody gave, or that was learned on other images */
  | { readonly kind: 'fixed'; readonly threshold: number; readonly learned?: LearnedFrom };

/** How a fixed threshold was found on other scores. */
export interface LearnedFrom {
  readonly rule: string;
  readonly source: string;
  readonly n: number;
}

/** Which images are kept, as data that a report can show. */
export interface KeepRule {
  readonly threshold: KeepThreshold;
  /** `low`: keep scores below the line, dropping the uncertain; `high`: keep those above it */
  readonly keep: 'low' | 'high';
  /** the original also drops scores of exactly 0, its sign of an image without foreground */
  readonly zeros: 'keep' | 'drop';
}

/** The other side of the line. */
export const OPPOSITE = { low: 'high', high: 'low' } as const;

const FORMS = 'mean+Ksd, qP (keep P percent), keep-N, below-T';
const NUMBER = '([+-]?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)';
const DEVIATIONS = new RegExp(`^mean(?=[+-])${NUMBER}sd$`, 'i');
const QUANTILE = new RegExp(`^q${NUMBER}$`, 'i');
const COUNT = /^keep-(\d+)$/;
const FIXED = new RegExp(`^(?:below|above)-${NUMBER}$`, 'i');

/**
 * A threshold from its written form: `mean+1sd`, `q84`, `keep-4400`, `below-2.08`; with `keep: 'high'` the line lies
 * below what is kept: `mean-1sd`, `q84` (the 84 percent highest), `above-2.08`.
 *
 * @throws OptionError UNKNOWN_RULE if there is no such form, OUT_OF_RANGE if its number is impossible
 */
export function parsedKeepRule(
  text: string,
  { keep = 'low', zeros = 'keep' }: { readonly keep?: 'low' | 'high'; readonly zeros?: 'keep' | 'drop' } = {},
): KeepRule {
  const rule = (threshold: KeepThreshold): KeepRule => ({ threshold, keep, zeros });
  const number = (pattern: RegExp) => {
    const match = pattern.exec(text);
    return match === null ? undefined : Number(match[1]);
  };
  const deviations = number(DEVIATIONS);
  if (deviations !== undefined) return rule({ kind: 'deviations', deviations });
  const percent = number(QUANTILE);
  if (percent !== undefined) {
    if (!(percent > 0 && percent < 100)) throw outOfRange('P of qP must lie between 0 and 100', text);
    return rule({ kind: 'quantile', share: percent / 100 });
  }
  const count = number(COUNT);
  if (count !== undefined) {
    if (count < 1) throw outOfRange('N of keep-N must be at least 1', text);
    return rule({ kind: 'count', count });
  }
  const threshold = number(FIXED);
  if (threshold !== undefined) return rule({ kind: 'fixed', threshold });
  throw new OptionError('UNKNOWN_RULE', {
    where: '--rule',
    expected: `must be one of ${FORMS}`,
    received: `"${text}"`,
  });
}

function outOfRange(expected: string, text: string): OptionError {
  return new OptionError('OUT_OF_RANGE', { where: '--rule', expected, received: `"${text}"` });
}

/**
 * A rule in words: for a table, a report, a method section.
 *
 * @example
 * keepRuleText(parsedKeepRule('mean+1sd')); // score < mean + 1 sd
 */
export function keepRuleText({ threshold, keep, zeros }: KeepRule): string {
  const [sign, side] = keep === 'low' ? ['<', 'lowest'] : ['>', 'highest'];
  const zero = zeros === 'drop' ? ' and score ≠ 0' : '';
  switch (threshold.kind) {
    case 'deviations':
      return `score ${sign} mean ${threshold.deviations < 0 ? '−' : '+'} ${Math.abs(threshold.deviations)} sd${zero}`;
    case 'quantile':
      return `the ${threshold.share * 100} % ${side}${zero}`;
    case 'count':
      return `the ${threshold.count} ${side}${zero}`;
    case 'fixed':
      return `score ${sign} ${threshold.threshold}${threshold.learned === undefined ? '' : ` (learned: ${threshold.learned.rule} on ${threshold.learned.n} of ${threshold.learned.source})`}${zero}`;
  }
}

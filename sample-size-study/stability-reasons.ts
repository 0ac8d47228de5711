import { isUnbiased } from './final-values.js';
import { REQUIRED_SHARE } from './required-images.js';
import type { FilterStability, StabilityNumber } from './stability-report.js';
import { FEWEST_REPEATS, type StabilityPair } from './stability-side.js';

const REASONS = {
  draws: `a jackknife over draws needs at least ${FEWEST_REPEATS} of them`,
  sizes: 'no size of at most 80 % of the pool has a value in every draw',
  exponent: 'an exponent needs three sizes of at most 80 % of the pool',
  zero: 'a mean does not differ significantly from 0',
  line: 'no three sizes lie on a line in 1/n',
  unbiased: 'the metric is unbiased',
  spread: 'the draws of a size have no spread',
  limit: 'an asymptotic value is not above 0',
} as const;

/** Why each number of a filtered set beside another that is null is so, in words. */
export function stabilityReasons(
  pair: StabilityPair,
  found: Pick<FilterStability, StabilityNumber>,
): Readonly<Partial<Record<StabilityNumber, string>>> {
  const { filtered, other, repeats, spreadSizes, hasRatio, window } = pair;
  const isFlat = isUnbiased(filtered.curve);
  const noPool = filtered.noPool ?? other.noPool;
  const fewDraws = repeats.length < FEWEST_REPEATS ? REASONS.draws : null;
  const noSpread = spreadSizes.length === 0 ? REASONS.sizes : null;
  const noRatio = noSpread ?? (hasRatio ? null : REASONS.zero) ?? fewDraws ?? noPool ?? REASONS.spread;
  const noLine = isFlat || window !== null ? null : REASONS.line;
  const noEnd = noPool ?? noLine ?? fewDraws ?? REASONS.spread;
  const noRequired = (of: 'forPrecision' | 'forBias') => {
    if (isFlat && of === 'forBias') return REASONS.unbiased;
    for (const { curve } of [filtered, other]) {
      const required = curve.required.find(({ share }) => share === REQUIRED_SHARE);
      if (required?.[of] != null) continue;
      const why = required?.reason ?? (curve.fit?.holds ? REASONS.sizes : 'its means are not linear in 1/n');
      return `${curve.arm} has no such n: ${why}`;
    }
    if (found.limit === null) return noEnd;
    return found.limit.filtered <= 0 || found.limit.other <= 0 ? REASONS.limit : noRatio;
  };
  const reasons: Readonly<Record<StabilityNumber, string>> = {
    standardDeviation: noSpread ?? fewDraws ?? (hasRatio ? noPool : null) ?? REASONS.spread,
    coefficientOfVariation: noRatio,
    value: noRatio,
    exponent: spreadSizes.length < FEWEST_REPEATS ? REASONS.exponent : (fewDraws ?? REASONS.spread),
    slope: isFlat ? REASONS.unbiased : (noLine ?? fewDraws ?? noPool ?? REASONS.spread),
    limit: noEnd,
    forPrecision: noRequired('forPrecision'),
    forBias: noRequired('forBias'),
  };
  const isNull = (name: StabilityNumber) =>
    name === 'forPrecision' || name === 'forBias' ? found[name].ratio === null : found[name] === null;
  return Object.fromEntries(Object.entries(reasons).filter(([name]) => isNull(name as StabilityNumber)));
}

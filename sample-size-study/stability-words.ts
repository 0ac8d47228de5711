import { countText, numberText } from '../numerics/number-text.js';
import type {
  FilterStability,
  StabilityDifference,
  StabilityKind,
  StabilityRatio,
  StabilityVerdict,
} from './stability-report.js';

/** What a verdict is called, in every sentence. */
export const STABILITY_WORDS: Readonly<Record<StabilityKind, string>> = {
  steadier: 'steadier',
  'as-steady': 'as steady',
  'less-steady': 'less steady',
  'lower-but-as-steady': 'lower but as steady',
  'higher-but-as-steady': 'higher but as steady',
  'cannot-say': 'cannot say yet',
};

/** The word of a verdict, with what would be enough where it cannot say: `cannot say yet (66 draws)`. */
export function verdictWords(
  { kind, repeatsNeeded, imagesNeeded }: Pick<StabilityVerdict, 'kind' | 'repeatsNeeded' | 'imagesNeeded'>,
  { repeats }: Pick<FilterStability, 'repeats'>,
): string {
  const word = STABILITY_WORDS[kind];
  if (imagesNeeded !== null) return `${word} (${countText(imagesNeeded)} images)`;
  return repeatsNeeded === null || repeatsNeeded <= repeats
    ? word
    : `${word} (${countText(repeatsNeeded)} draws)`;
}

/** What a filter is called among several: `q84` of `filtered: q84`. */
export function filterName(filter: string): string {
  return filter.replace(/^filtered: /, '');
}

/** Ratios have two decimals everywhere; one below 0.01 two digits. */
function ratioNumber(ratio: number): string {
  return numberText(ratio, { error: 0.1 });
}

/** A ratio with its interval: `× 0.85 (0.66 to 1.10)`. */
export function ratioText({ ratio, low, high }: StabilityRatio): string {
  return `× ${ratioNumber(ratio)} (${ratioNumber(low)} to ${ratioNumber(high)})`;
}

/** The same ratio as a change, from the same decimals: `−15 % (−34 to +10)`. */
export function changeText({ ratio, low, high }: StabilityRatio): string {
  const text = (value: number) => {
    const percent = Math.round(100 * (Number(ratioNumber(value).replaceAll(',', '')) - 1));
    return percent > 0 ? `+${percent.toLocaleString('en-US')}` : percent === 0 ? '0' : `−${-percent}`;
  };
  return `${text(ratio)} % (${text(low)} to ${text(high)})`;
}

/** A paired difference with its interval, to the second digit of its error: `−0.90 (−1.14 to −0.67)`. */
export function differenceText({
  difference,
  low,
  high,
  standardError: error,
}: Pick<StabilityDifference, 'difference' | 'low' | 'high' | 'standardError'>): string {
  const text = (value: number) => numberText(value, { error });
  return `${text(difference)} (${text(low)} to ${text(high)})`;
}

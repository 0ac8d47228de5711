import type { ValueDifference } from '../sample-size-study/study-comparison.js';
import { numberText } from './number-text.js';

/** First value, second value, difference and its interval, to the digits that the error supports. */
export function differenceTexts({
  first,
  second,
  difference,
  standardError: error,
  interval,
}: ValueDifference): string[] {
  return [
    ...[first, second, difference].map((value) => numberText(value, { error })),
    interval === null
      ? '–'
      : `${numberText(interval.low, { error })} to ${numberText(interval.high, { error })}`,
  ];
}

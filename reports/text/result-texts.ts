import { procedureText } from '../../metrics/interval-procedure.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import type { NoiseFloor, ScoreReport, ScoreResult } from '../../scoring/score-report.js';

type Rounded = Pick<ScoreResult, 'value' | 'standardError' | 'spread'>;

/** A value to the digits of its error, or of the spread that its protocol reports: its one rounding in tables, figures, sentences and methods. */
export function valueText({ value, standardError, spread }: Rounded): string {
  return value === null ? '–' : numberText(value, { error: standardError ?? spread?.value ?? null });
}

/** The same with its error: `± 0.31` is a standard error; a spread over splits or subsets says what it is. */
export function valueWithError(result: Rounded): string {
  const { value, standardError, spread } = result;
  if (value === null || standardError === 0) return valueText(result);
  if (standardError !== null) return `${valueText(result)} ± ${errorText(standardError)}`;
  return `${valueText(result)}${spread === undefined ? '' : ` (sd ${errorText(spread.value)})`}`;
}

/** How many images a result is of, reference : generated; the generated alone where the reference is not looked at, or there is none. */
export function countsText(
  { n }: Pick<ScoreResult, 'n'>,
  { reference }: Pick<ScoreReport, 'reference'>,
): string {
  const isGeneratedAlone = n.reference === null && (reference.n !== null || reference.content === null);
  return isGeneratedAlone ? countText(n.generated) : `${countText(n.reference)} : ${countText(n.generated)}`;
}

/** An interval as a table shows it, and whose it is: that of an asymptotic value stands beside it, never beside the value at this n. */
interface IntervalText {
  readonly of: 'value' | 'limit';
  /** `15.30 to 16.54`, or `15.92 (15.30 to 16.54)` of an asymptotic value */
  readonly text: string;
  readonly method: string;
  readonly level: number;
}

/** Null where there is no interval. */
export function intervalText({
  interval,
  standardError: error,
}: Pick<ScoreResult, 'interval' | 'standardError'>): IntervalText | null {
  if (interval === null) return null;
  const { low, high, procedure, level, estimate, of } = interval;
  const range = `${numberText(low, { error })} to ${numberText(high, { error })}`;
  const text =
    of === 'limit' && estimate !== undefined ? `${numberText(estimate, { error })} (${range})` : range;
  return { of, text, method: procedureText(procedure), level };
}

/** What a noise floor is, in every note. */
export const FLOOR_WORDS = 'one half of the reference against the other';

/** How many images the halves have, reference : generated. */
export function floorCounts({ n }: NoiseFloor): string {
  return `${countText(n.reference)} : ${countText(n.generated)}`;
}

/** `0.02 (0.00 to 0.11)`: bias-corrected where the result's own estimate is, else the value of the halves. */
export function noiseFloorText(floor: NoiseFloor): string {
  const { of, text } = intervalText(floor)!;
  return of === 'limit' ? text : `${valueText(floor)} (${text})`;
}

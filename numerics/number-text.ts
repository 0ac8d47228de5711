/** Digits of a value without a known error: enough to compare two runs, too few to suggest more. */
const SIGNIFICANT = 4;

/** By decimals: making one takes far longer than using it. */
const FORMATS = new Map<number, Intl.NumberFormat>();

function fixed(value: number, decimals: number): string {
  let format = FORMATS.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    FORMATS.set(decimals, format);
  }
  return format.format(value);
}

/** Decimals that show `digits` significant digits of a value. */
function decimalsOf(value: number, digits: number): number {
  return Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
}

/**
 * A value as a person reads it, in every table and sentence: to the second digit of its error where that is known (a standard
 * error, or the standard deviation of draws or subsets), else to four digits; one that is all below its error's digits to two
 * digits of its own. JSON and CSV hold every digit.
 *
 * @example
 * numberText(18.12345); // '18.12'
 * numberText(18.12345, { error: 0.3141 }); // '18.12'
 */
export function numberText(value: number, { error }: { readonly error?: number | null } = {}): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (error !== undefined && error !== null && Number.isFinite(error) && error > 0) {
    const decimals = decimalsOf(error, 2);
    const shown = decimals <= 8 ? minus(fixed(value, decimals)) : '';
    // a value of which nothing would be left keeps two digits of its own: it may be below 0
    const isLost = size > 0 && /^[0.]+$/.test(shown) && decimalsOf(value, 2) <= 8;
    if (isLost) return minus(fixed(value, decimalsOf(value, 2)));
    if (shown !== '') return shown;
  }
  if (size === 0) return '0';
  if (size < 1e-4 || size >= 1e9) return minus(value.toExponential(SIGNIFICANT - 1));
  return minus(fixed(value, decimalsOf(value, SIGNIFICANT)));
}

/** An error to two significant digits: `0.31`. */
export function errorText(error: number): string {
  return numberText(error, { error });
}

/** A setting as a sentence gives it: whole numbers whole, others to four digits at most; words as they are. */
export function settingText(value: unknown): string {
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) ? countText(value) : String(Number(value.toPrecision(SIGNIFICANT)));
}

/** A bound above 0, to two significant digits, rounded up: what it bounds stays below what is said. */
export function boundText(bound: number): string {
  const rounded = Number(bound.toPrecision(2));
  const step = 10 ** (Math.floor(Math.log10(rounded)) - 1);
  return errorText(rounded < bound ? Number((rounded + step).toPrecision(2)) : rounded);
}

/** A share in percent, without the sign `%`: to the second digit of its error where that is known, else to three digits at most. */
export function percentNumber(
  share: number,
  { error = null }: { readonly error?: number | null } = {},
): string {
  const percent = 100 * share;
  if (error !== null && error > 0) return numberText(percent, { error: 100 * error });
  return minus(percent.toLocaleString('en-US', { maximumSignificantDigits: 3 }));
}

/** The same with its sign: `42.8 %`. */
export function percentText(share: number, options: { readonly error?: number | null } = {}): string {
  return `${percentNumber(share, options)} %`;
}

/** What a test by random draws can say at least: `smallest` where no draw was as far off, so that p is a bound. */
export type Resolution = 'smallest' | 'above';

/** A p value to two digits: `0.004`, `≤ 0.01` where it is a bound; less than one in ten thousand is only called so. */
export function probabilityText(p: number, resolution: Resolution = 'above'): string {
  if (p < 0.0001) return '< 0.0001';
  const rounded = Number(p.toPrecision(2));
  return `${resolution === 'smallest' && rounded < 1 ? '≤ ' : ''}${rounded}`;
}

/** The same in a sentence: `p = 0.004`, `p ≤ 0.01`, `p < 0.0001`. */
export function probabilityClause(p: number, resolution?: Resolution): string {
  const text = probabilityText(p, resolution);
  return /^[<≤]/.test(text) ? `p ${text}` : `p = ${text}`;
}

/** A count with its thousands separated by commas; unknown is `?`. */
export function countText(count: number | null): string {
  return count === null ? '?' : count.toLocaleString('en-US');
}

/** A true minus sign, as wide as the digits, and no minus before a rounded zero. */
function minus(text: string): string {
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text.replaceAll('-', '−');
}

/** `a, b and c`. */
export function listText(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `1 unit`, `1,234 units` */
export function countOf(count: number, what: string): string {
  return `${countText(count)} ${what}${count === 1 ? '' : 's'}`;
}

import type { ResultDirection } from '../../metrics/metric-definition.js';
import { listText, numberText } from '../../numerics/number-text.js';
import type { ValueDifference } from '../../sample-size-study/study-comparison.js';

/** What a page has room for at the type size of a table: signs in a line. */
const LINE = 68;
/** Lines that a note names. */
const MOST_NAMES = 10;

interface Sides {
  readonly first: { readonly source: string };
  readonly second: { readonly source: string };
}

/** What a table of two calls them: in its columns, and in its title. */
interface ComparedNames {
  readonly columns: readonly [string, string];
  readonly title: readonly [string, string];
}

/**
 * Two folders by what tells their paths apart; in the columns only where a line has room for it.
 *
 * @param others  cells of the columns of words and of intervals, row by row
 */
export function comparedNames(
  { first, second }: Sides,
  others: readonly (readonly string[])[],
): ComparedNames {
  const room = (others[0] ?? []).reduce(
    (sum, _, j) => sum + Math.max(...others.map((row) => row[j]!.length)),
    'difference< 0.0001'.length,
  );
  const tails = nameTails(first.source, second.source);
  const lengths = tails.map(({ length }) => length);
  if (room + lengths[0]! + lengths[1]! + Math.max(...lengths, 'undecided'.length) <= LINE)
    return { columns: tails, title: tails };
  return { columns: ['first', 'second'], title: [`${tails[0]} (first)`, `${tails[1]} (second)`] };
}

interface Judged extends Pick<ValueDifference, 'difference' | 'standardError'> {
  readonly name: string;
  readonly direction: ResultDirection;
  readonly better: 'first' | 'second' | null;
}

/** Why neither is significantly better; undefined where one is. */
function doubt({ better, standardError, difference, direction }: Judged): string | undefined {
  if (better !== null) return undefined;
  if (direction === 'neither') return 'neither low nor high is better';
  if (standardError === null) return 'without a standard error of both';
  if (difference === 0) return 'the values are equal';
  return 'p is 0.05 or more';
}

/** The answer of a comparison in a sentence: its first difference with its interval, and how many of the others are decided. */
export function comparisonHeadline(
  [first, second]: readonly [string, string],
  judged: readonly (Judged & Pick<ValueDifference, 'interval'>)[],
): string {
  const [leading] = judged;
  if (leading === undefined) return `${second} minus ${first}: nothing to compare`;
  const { name, difference, standardError: error, interval, better } = leading;
  const side = { first, second } as const;
  const range =
    interval === null
      ? ''
      : ` (${numberText(interval.low, { error })} to ${numberText(interval.high, { error })})`;
  const verdict = better === null ? undecided(leading) : `${side[better]} is better`;
  const counts = (['first', 'second'] as const).flatMap((one) => {
    const count = judged.filter((other) => other.better === one).length;
    return count === 0 ? [] : [`${side[one]} better in ${count}`];
  });
  const all =
    judged.length === 1
      ? ''
      : `; of ${judged.length} values ${counts.length > 0 ? counts.join(', ') : noneText(judged)}`;
  return `${second} minus ${first}: ${name} ${numberText(difference, { error })}${range}, ${verdict}${all}`;
}

/** Of a p value that is adjusted already. */
const SIGNIFICANCE = 0.05;

function undecided({ difference, standardError }: Judged): string {
  if (standardError === null) return 'not tested';
  return difference === 0 ? 'equal' : 'undecided';
}

function noneText(judged: readonly Judged[]): string {
  const words = new Set(judged.map(undecided));
  if (words.size > 1) return 'none is decided';
  return { 'not tested': 'none is tested', equal: 'all are equal' }[[...words][0]!] ?? 'none is decided';
}

/** What a table of differences is called: after them only where there is one. */
export function differsTitle(judged: readonly { readonly pValue: number | null }[]): string {
  if (judged.length === 0) return 'Nothing to compare';
  if (judged.some(({ pValue }) => pValue !== null && pValue < SIGNIFICANCE)) return 'What differs';
  return judged.every(({ pValue }) => pValue === null)
    ? 'Differences, not tested'
    : 'No significant difference';
}

/** For which metrics the comparison is undecided, and why: `Undecided: FID and KID (p is 0.05 or more).` */
export function doubtNotes(judged: readonly Judged[]): readonly string[] {
  const namesOf = new Map<string, string[]>();
  for (const one of judged) {
    const reason = doubt(one);
    if (reason !== undefined) namesOf.set(reason, [...(namesOf.get(reason) ?? []), one.name]);
  }
  if (namesOf.size === 0) return [];
  const reasons = [...namesOf].map(([reason, names]) => `${shownNames(names)} (${reason})`);
  return [`Undecided: ${reasons.join('; ')}.`];
}

function shownNames(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return listText(names);
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
}

/** What every table of differences must say of them. */
export const DIFFERENCE_NOTES: readonly string[] = [
  'Differences are of the values before rounding; their 95 % intervals take the errors of both as independent, by Student’s t of 19 degrees of freedom.',
  'p: of no difference, adjusted for all lines (Holm); better: where p is below 0.05.',
];

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

/**
 * The shortest ends of two paths that tell them apart: what a table calls them. Whole where nothing does.
 *
 * @example
 * nameTails('../runs/one/', '../runs/two'); // ['one', 'two']
 * nameTails('a/out', 'b/out'); // ['a/out', 'b/out']
 */
export function nameTails(first: string, second: string): readonly [string, string] {
  const [one, other] = [parts(first), parts(second)];
  for (let length = 1; length <= Math.max(one.length, other.length); length++) {
    const tails = [one.slice(-length).join('/'), other.slice(-length).join('/')] as const;
    if (tails[0] !== tails[1]) return tails;
  }
  return [first, second];
}

function parts(path: string): readonly string[] {
  const found = path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.');
  return found.length === 0 ? [path] : found;
}

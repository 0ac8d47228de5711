import picocolors from 'picocolors';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText, percentText } from '../../numerics/number-text.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { sideName } from '../../scoring/score-report.js';
import { DEMO_NOTE, isDemo } from '../page/page.js';
import { countsText, intervalText, lineText, tableText, wrappedText } from '../text/text-tables.js';

export interface TextStyle {
  /** characters in a line */
  readonly columns: number;
  readonly colors: 'on' | 'off';
}

const BETTER = { 'lower-is-better': 'lower', 'higher-is-better': 'higher' } as const;

/** To the digits of its error, or of the spread that its protocol reports. */
function valueText({ value, standardError, spread }: ScoreResult): string {
  return value === null ? '–' : numberText(value, { error: standardError ?? spread?.value ?? null });
}

/** `± 0.31` is a standard error alone; any other spread says what it is. */
function errorColumn({ value, standardError, spread }: ScoreResult): string {
  if (value === null) return '';
  if (standardError !== null) return `± ${errorText(standardError)}`;
  return spread === undefined ? '' : `sd ${errorText(spread.value)}`;
}

/** A spread over splits or subsets, with its size where an error stands in its column. */
function spreadText({ metric, value, spread, standardError }: ScoreResult): string | null {
  if (value === null || spread === undefined) return null;
  const size = standardError === null ? '' : ` (${errorText(spread.value)})`;
  return `${metricLabel(metric)} over ${spread.of}${size}`;
}

/** What the two kinds of intervals are of. */
const INTERVALS_OF = {
  value: (level: string) => `${level} intervals of the value`,
  limit: (level: string) =>
    `limits as n → ∞, bias removed, with ${level} intervals of the limit (not of the value)`,
};

/** Intervals, those of values and of limits apart, each with how it was found. */
function intervalNotes(results: readonly ScoreResult[]): string[] {
  const texts = results.flatMap((result) => {
    const text = intervalText(result);
    return text === null ? [] : [{ ...text, name: metricLabel(result.metric) }];
  });
  return (['value', 'limit'] as const).flatMap((of) => {
    const own = texts.filter((one) => one.of === of);
    if (own.length === 0) return [];
    const parts = [...new Set(own.map(({ method }) => method))].map((method) => {
      const alike = own.filter((one) => one.method === method);
      return `${alike.map(({ name, text }) => `${name} ${text}`).join(', ')} by ${method}`;
    });
    return [`${INTERVALS_OF[of](percentText(own[0]!.level))}: ${parts.join('; ')}`];
  });
}

/** Files left out that are named. */
const MOST_SKIPPED = 3;

function sideText(name: string, side: ScoredSide): string {
  const { n, skipped } = side;
  const names = skipped.slice(0, MOST_SKIPPED).map(({ id }) => id);
  const more = skipped.length > names.length ? ` and ${countText(skipped.length - names.length)} more` : '';
  const left =
    names.length === 0
      ? ''
      : `, ${countText(skipped.length)} unreadable left out: ${names.join(', ')}${more}`;
  const images =
    n === null ? 'how many images is not recorded' : `${countText(n)} image${n === 1 ? '' : 's'}`;
  return lineText(`${name}  ${sideName(side)}  ${images}${left}`);
}

/** Whether there was such a side: metrics of one set may have been given no other. */
function isLookedAt({ n, content }: ScoredSide): boolean {
  return n !== null || content !== null;
}

/**
 * The results as a table for the terminal, with what a reader needs beside each number: its error, how many images,
 * which way is better, whose network, whose formula. Fits 80 columns with the catalog's names.
 */
export function scoreTable(report: ScoreReport, { columns, colors }: TextStyle): string {
  const { bold, dim, yellow } = picocolors.createColors(colors === 'on');
  const rows = report.results.map((result) => [
    metricLabel(result.metric),
    valueText(result),
    errorColumn(result),
    countsText(result, report),
    BETTER[result.direction],
    `${result.encoder.id}${isDemo(result) ? '*' : ''}`,
  ]);
  const table = tableText({
    header: ['metric', 'value', '', 'n (ref : gen)', 'better', 'encoder'],
    rows,
    align: ['left', 'right', 'left', 'right', 'left', 'left'],
  });
  const [head, ...body] = table;

  const notes: string[] = [];
  if (report.results.some(isDemo)) notes.push(yellow(`* ${DEMO_NOTE}`));
  const spreads = report.results.flatMap((result) => spreadText(result) ?? []);
  if (report.results.some(({ standardError }) => standardError !== null))
    notes.push(dim('±: standard error of the value'));
  for (const text of intervalNotes(report.results)) notes.push(...wrappedText(text, { columns }).map(dim));
  if (spreads.length > 0) {
    const text = `sd: standard deviation of ${spreads.join(', ')}; not its standard error`;
    notes.push(...wrappedText(text, { columns }).map(dim));
  }
  for (const { metric, reason } of report.results) {
    if (reason !== undefined)
      notes.push(...wrappedText(`${metricLabel(metric)} has no value: ${reason}`, { columns }));
  }
  const metricsOf = new Map<string, Set<string>>();
  for (const { metric, source } of report.results) {
    metricsOf.set(source, (metricsOf.get(source) ?? new Set()).add(metricLabel(metric)));
  }
  const sources = [...metricsOf].map(([source, metrics]) => `${[...metrics].join(', ')} ${source}`);
  notes.push(...wrappedText(`sources: ${sources.join('; ')}`, { columns }).map(dim));

  return [
    ...(isLookedAt(report.reference) ? [sideText('reference', report.reference)] : []),
    sideText('generated', report.generated),
    '',
    bold(head!),
    ...body,
    '',
    ...notes,
    '',
  ].join('\n');
}

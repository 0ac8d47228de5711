import picocolors from 'picocolors';
import type { ScoredSide, ScoreReport, ScoreResult } from '../metrics/score-report.js';
import { countsText } from './counts-text.js';
import { DEMO_NOTE, isDemo } from './demo-note.js';
import { countText, errorText, numberText } from './number-text.js';
import { tableText } from './table-text.js';
import { visibleText } from './visible-text.js';
import { wrappedText } from './wrapped-text.js';

export interface TextStyle {
  /** characters in a line */
  readonly columns: number;
  readonly colors: 'on' | 'off';
}

const BETTER = { 'lower-is-better': 'lower', 'higher-is-better': 'higher', neither: '' } as const;

function valueText({ value, standardError }: ScoreResult): string {
  return value === null ? '–' : numberText(value, { error: standardError });
}

/** `± 0.31` is a standard error alone; any other spread says what it is. */
function errorColumn({ value, standardError, interval, spread }: ScoreResult): string {
  if (value === null) return '';
  if (standardError !== null) return `± ${errorText(standardError)}`;
  if (interval !== null) return `${numberText(interval.low)} … ${numberText(interval.high)}`;
  return spread === undefined ? '' : `sd ${errorText(spread.value)}`;
}

/** The reason without the metric's name, which stands before it. */
function reasonText(metric: string, reason: string): string {
  return reason.startsWith(`${metric}: `) ? reason.slice(metric.length + 2) : reason;
}

function sideText(name: string, { source, n, skipped }: ScoredSide): string {
  const left = skipped.length === 0 ? '' : `, ${countText(skipped.length)} unreadable left out`;
  const images =
    n === null ? 'how many images is not recorded' : `${countText(n)} image${n === 1 ? '' : 's'}`;
  return visibleText(`${name}  ${source}  ${images}${left}`);
}

/**
 * The results as a table for the terminal, with what a reader needs beside each number: its error, how many images,
 * which way is better, whose network, whose formula. Fits 80 columns with the catalog's names.
 */
export function scoreTable(report: ScoreReport, { columns, colors }: TextStyle): string {
  const { bold, dim, yellow } = picocolors.createColors(colors === 'on');
  const rows = report.results.map((result) => [
    result.metric,
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
  const spreads = report.results.flatMap(({ metric, spread, standardError, interval }) =>
    spread === undefined || standardError !== null || interval !== null
      ? []
      : [`${metric} over ${spread.of}`],
  );
  if (report.results.some(({ standardError }) => standardError !== null))
    notes.push(dim('±: standard error'));
  const intervals = report.results.flatMap(({ metric, interval, standardError: error }) =>
    interval === null
      ? []
      : [`${metric} ${numberText(interval.low, { error })} … ${numberText(interval.high, { error })}`],
  );
  const [level] = report.results.flatMap(({ interval }) => (interval === null ? [] : [interval.level]));
  if (level !== undefined) {
    const text = `${Math.round(100 * level)} % intervals: ${intervals.join('; ')}`;
    notes.push(...wrappedText(text, { columns }).map(dim));
  }
  if (spreads.length > 0) {
    const text = `sd: standard deviation of ${spreads.join(', ')}; not the error of the value`;
    notes.push(...wrappedText(text, { columns }).map(dim));
  }
  for (const { metric, reason } of report.results) {
    if (reason !== undefined)
      notes.push(...wrappedText(`${metric} has no value: ${reasonText(metric, reason)}`, { columns }));
  }
  const metricsOf = new Map<string, Set<string>>();
  for (const { protocol, source } of report.results) {
    metricsOf.set(source, (metricsOf.get(source) ?? new Set()).add(protocol));
  }
  const sources = [...metricsOf].map(([source, protocols]) => `${[...protocols].join(', ')} ${source}`);
  notes.push(...wrappedText(`sources: ${sources.join('; ')}`, { columns }).map(dim));

  return [
    sideText('reference', report.reference),
    sideText('generated', report.generated),
    '',
    bold(head!),
    ...body,
    '',
    ...notes,
    '',
  ].join('\n');
}

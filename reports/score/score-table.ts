import picocolors from 'picocolors';
import { designText } from '../../metrics/design/design-statement.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText } from '../../numerics/number-text.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { sideName } from '../../scoring/score-report.js';
import { DEMO_NOTE, isDemo } from '../page/page.js';
import { countsText, intervalText, valueText } from '../text/result-texts.js';
import { tableText } from '../text/text-tables.js';
import { lineText, wrappedText } from '../text/visible-text.js';
import { classLines } from './class-table.js';
import { gaussianNotes, intervalNotes } from './interval-notes.js';

export interface TextStyle {
  /** characters in a line */
  readonly columns: number;
  readonly colors: 'on' | 'off';
}

const BETTER = { 'lower-is-better': 'lower', 'higher-is-better': 'higher', neither: 'neither' } as const;

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

/** The bias-corrected estimate beside its interval; of a value whose bias stays, the interval alone, which holds the value. */
function intervalColumn(result: ScoreResult): string {
  const interval = intervalText(result);
  if (result.value === null || interval === null) return '';
  return interval.of === 'limit' ? interval.text : `(${interval.text})`;
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

/** Which published file the reference is. */
export function knownNotes({ reference }: Pick<ScoreReport, 'reference'>): readonly string[] {
  const { known } = reference;
  return known === undefined ? [] : [`${known.name}, by its hash: ${known.holds}`];
}

/** Which protocol the values are of, and why not quite. */
export function protocolNotes({ protocol }: Pick<ScoreReport, 'protocol'>): readonly string[] {
  if (protocol === undefined) return [];
  const { id, source, departures } = protocol;
  return [`protocol ${id}: ${source}`, ...departures.map((text) => `not its published values: ${text}`)];
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
  const hasIntervals = report.results.some(({ interval }) => interval !== null);
  const rowsWith = (encoders: 'shown' | 'noted') =>
    report.results.map((result) => [
      metricLabel(result.metric),
      valueText(result),
      errorColumn(result),
      intervalColumn(result),
      countsText(result, report),
      BETTER[result.direction],
      encoders === 'shown' ? `${result.encoder.id}${isDemo(result) ? '*' : ''}` : '',
    ]);
  const tableWith = (encoders: 'shown' | 'noted') =>
    tableText({
      header: ['metric', 'value', '', 'as n → ∞ (95 %)', 'n (ref : gen)', 'better', 'encoder'],
      rows: rowsWith(encoders),
      align: ['left', 'right', 'left', 'left', 'right', 'left', 'left'],
    });
  const whole = tableWith('shown');
  const isWide = hasIntervals && whole.some((row) => row.length > columns);
  const table = isWide ? tableWith('noted') : whole;
  const [head, ...body] = table;

  const notes: string[] = [];
  if (report.results.some(isDemo)) notes.push(yellow(`* ${DEMO_NOTE}`));
  if (isWide) {
    const ids = [...new Set(report.results.map(({ encoder }) => encoder.id))];
    const named = ids.map((id) => {
      const own = report.results.filter(({ encoder }) => encoder.id === id);
      return `${own.map(({ metric }) => metricLabel(metric)).join(', ')} ${id}${own.some(isDemo) ? '*' : ''}`;
    });
    notes.push(...wrappedText(`encoder: ${named.join('; ')}`, { columns }).map(dim));
  }
  for (const text of knownNotes(report)) notes.push(...wrappedText(`reference: ${text}`, { columns }));
  for (const text of protocolNotes(report)) notes.push(...wrappedText(text, { columns }));
  const spreads = report.results.flatMap((result) => spreadText(result) ?? []);
  if (report.results.some(({ standardError }) => standardError !== null))
    notes.push(dim('±: standard error of the value'));
  for (const text of [...intervalNotes(report.results), ...gaussianNotes(report.results)])
    notes.push(...wrappedText(text, { columns }).map(dim));
  if (report.design !== undefined && (hasIntervals || report.design.kinds[0] !== 'independent')) {
    notes.push(...wrappedText(`design: ${designText(report.design)}`, { columns }).map(dim));
  }
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
    ...(report.heldOut === undefined ? [] : [sideText('held out ', report.heldOut)]),
    '',
    bold(head!),
    ...body,
    '',
    ...notes,
    '',
    ...(report.classes === undefined ? [] : classLines(report.classes, { columns, bold, dim })),
  ].join('\n');
}

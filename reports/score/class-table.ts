import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText, probabilityText } from '../../numerics/number-text.js';
import { estimateOf, isRankedByClass } from '../../scoring/class-ranking.js';
import type { ClassMetric, ClassScores, ClassValue, ScoreReport } from '../../scoring/score-report.js';

import { Html, html } from '../page/html.js';
import { intervalText } from '../text/result-texts.js';
import { tableText } from '../text/text-tables.js';
import { visibleText, wrappedText } from '../text/visible-text.js';

/** Classes of each number that the terminal shows, and those that the page shows; the rest is in the JSON and in classes.csv. */
const SHOWN = { terminal: 5, page: 30 } as const;
const BETTER = { 'lower-is-better': 'lower', 'higher-is-better': 'higher', neither: 'neither' } as const;

type Sizes = ReadonlyMap<string, ClassScores['classes'][number]>;

function sizesOf({ classes }: ClassScores): Sizes {
  return new Map(classes.map((own) => [own.label, own]));
}

function valueText({ value, standardError: error }: ClassValue): string {
  return value === null ? '–' : numberText(value, { error });
}

function againstText({ against, pHolm }: ClassValue): string {
  if (against === null) return '–';
  const p = `p ${probabilityText(pHolm!)}`;
  return against === 'not significant' ? p : `${against}, ${p}`;
}

/** The interval, and whether it is of the asymptotic value. */
function boundsText(value: ClassValue): string {
  return intervalText(value)?.text ?? '–';
}

/** From 1 of the worst; equal numbers share the rank of the first. */
function rankOf(value: ClassValue, { values }: ClassMetric): number {
  return values.findIndex((other) => other.value !== null && estimateOf(other) === estimateOf(value)) + 1;
}

const COLUMNS: readonly (readonly [
  string,
  (value: ClassValue, of: ClassMetric, sizes: Sizes) => string | number | null | undefined,
])[] = [
  ['metric', (_, { metric }) => metric],
  ['class', ({ label }) => label],
  ['rank', (value, of) => (value.value === null || !isRankedByClass(of) ? null : rankOf(value, of))],
  ['value', ({ value }) => value],
  ['standard_error', ({ standardError }) => standardError],
  ['bias_corrected', ({ interval }) => interval?.estimate],
  ['interval_low', ({ interval }) => interval?.low],
  ['interval_high', ({ interval }) => interval?.high],
  ['interval_of', ({ interval }) => interval?.of],
  ['p', ({ p }) => p],
  ['p_holm', ({ pHolm }) => pHolm],
  ['against_others', ({ against }) => against],
  ['n_reference', ({ label }, _, sizes) => sizes.get(label)?.reference],
  ['n_generated', ({ label }, _, sizes) => sizes.get(label)?.generated],
  ['direction', (_, of) => (isRankedByClass(of) ? of.direction : null)],
  ['note', ({ reason }) => reason],
];

/** A line for each number and class, worst first. */
export function classCsv({ classes }: ScoreReport): string {
  const sizes = classes === undefined ? new Map() : sizesOf(classes);
  const lines = (classes?.results ?? []).flatMap((of) =>
    of.values.map((value) => COLUMNS.map(([, cell]) => cell(value, of, sizes))),
  );
  return spreadsheetText([COLUMNS.map(([name]) => name), ...lines]);
}

/** Labels of one set alone that are named. */
const MOST_NAMED = 5;

function aloneText({ alone }: ClassScores): readonly string[] {
  return (['reference', 'generated'] as const).flatMap((side) => {
    const labels = alone[side];
    if (labels.length === 0) return [];
    const more = labels.length > MOST_NAMED ? ` and ${countText(labels.length - MOST_NAMED)} more` : '';
    return [
      `in the ${side} set alone, and without numbers: ${labels.slice(0, MOST_NAMED).join(', ')}${more}`,
    ];
  });
}

const TEST_TEXT =
  'against others: each class beside the mean of the others, p after Holm over the classes; intervals are of one class each, 95 %';

function meanText({ mean, metric, protocol }: ClassMetric): string {
  if (mean === null) return '';
  const what =
    metric === protocol && /^FID\b/.test(metricLabel(metric))
      ? 'intra-FID, the mean over classes'
      : 'mean over classes';
  return `${what}: ${numberText(mean)}`;
}

/** Reasons of classes without a value, each with how many have it; sizes of classes are left out of them. */
function missingTexts({ values }: ClassMetric): readonly string[] {
  const reasons = values.flatMap(({ reason, label }) => (reason === undefined ? [] : [{ reason, label }]));
  const kinds = new Map<string, typeof reasons>();
  for (const one of reasons) {
    const kind = one.reason.replace(/\d[\d,]*/g, 'n');
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  return [...kinds.values()].map((of) => {
    const [first] = of;
    const others = of.length === 1 ? '' : ` and ${countText(of.length - 1)} more`;
    return `no value of class ${first!.label}${others}: ${first!.reason}`;
  });
}

function boundsTitle({ values }: ClassMetric): string {
  return values.some(({ interval }) => interval?.of === 'limit') ? 'as n → ∞ (95 %)' : '95 % interval';
}

/** What is missing, said once for all the numbers that miss it. */
function notesOf({ results }: ClassScores): readonly string[] {
  const metricsOf = new Map<string, string[]>();
  for (const of of results) {
    for (const text of [...of.reasons, ...missingTexts(of)]) {
      const note = text.replace(/\.$/, '');
      metricsOf.set(note, [...(metricsOf.get(note) ?? []), metricLabel(of.metric)]);
    }
  }
  return [...metricsOf].map(([note, metrics]) => `${metrics.join(', ')}: ${note}`);
}

/** The worst classes of each number, for the terminal. */
export function classLines(
  scores: ClassScores,
  {
    columns,
    bold,
    dim,
  }: {
    readonly columns: number;
    readonly bold: (text: string) => string;
    readonly dim: (text: string) => string;
  },
): readonly string[] {
  const sizes = sizesOf(scores);
  const tables = scores.results.flatMap((of) => {
    const known = of.values.filter(({ value }) => value !== null).slice(0, SHOWN.terminal);
    if (known.length === 0) return [];
    const [head, ...body] = tableText({
      header: [metricLabel(of.metric), 'value', '', boundsTitle(of), 'n (ref : gen)', 'against others'],
      rows: known.map((value) => {
        const { reference, generated } = sizes.get(value.label)!;
        return [
          visibleText(value.label),
          valueText(value),
          value.standardError === null ? '' : `± ${errorText(value.standardError)}`,
          boundsText(value),
          `${countText(reference)} : ${countText(generated)}`,
          againstText(value),
        ];
      }),
      align: ['left', 'right', 'left', 'left', 'right', 'left'],
    });
    const rest = of.values.filter(({ value }) => value !== null).length - known.length;
    const more = [meanText(of), rest === 0 ? '' : `${countText(rest)} more classes`].filter(
      (text) => text !== '',
    );
    return [bold(head!), ...body, ...more.map(dim), ''];
  });
  const { labels, classes } = scores;
  const from = [...new Set(labels === null ? [] : [labels.reference, labels.generated])].join(' and ');
  return [
    bold(
      from === ''
        ? 'No classes'
        : `${scores.results.some(isRankedByClass) ? 'Worst of ' : ''}${countText(classes.length)} classes (${from})`,
    ),
    ...aloneText(scores).flatMap((text) => wrappedText(text, { columns })),
    '',
    ...tables,
    ...[...notesOf(scores), TEST_TEXT].flatMap((text) => wrappedText(text, { columns }).map(dim)),
    '',
  ];
}

const NOTHING = new Html('');

function metricHtml(of: ClassMetric, sizes: Sizes): Html {
  const known = of.values.filter(({ value }) => value !== null);
  const notes = [...of.reasons, ...missingTexts(of)];
  const rest = known.length - SHOWN.page;
  const isRanked = isRankedByClass(of);
  return html`<details><summary>${metricLabel(of.metric)} of ${countText(known.length)} classes${of.mean === null ? NOTHING : html`: ${meanText(of)}`}</summary>
${notes.length === 0 ? NOTHING : html`<ul class="warnings">${notes.map((text) => html`<li>${text.replace(/\.$/, '')}.</li>`)}</ul>`}
<div class="scroll" tabindex="0" role="group" aria-label="${`Classes: ${metricLabel(of.metric)}`}"><table>
<thead><tr><th scope="col">class</th><th scope="col" class="number">value${isRanked ? ` (${BETTER[of.direction]} is better)` : ''}</th><th scope="col" class="number">${boundsTitle(of)}</th><th scope="col" class="number">images<br>ref : gen</th><th scope="col">against others</th></tr></thead>
<tbody>${known.slice(0, SHOWN.page).map((value) => {
    const { reference, generated } = sizes.get(value.label)!;
    return html`<tr><th scope="row">${value.label}</th><td data-label="value" class="number">${valueText(value)}</td><td data-label="interval" class="number">${boundsText(value)}</td><td data-label="images" class="number">${countText(reference)} : ${countText(generated)}</td><td data-label="against others">${againstText(value)}</td></tr>
`;
  })}</tbody>
</table></div>
${rest > 0 ? html`<p class="soft">… and ${countText(rest)} ${isRanked ? 'better ones' : 'more'}: see <code>classes.csv</code>.</p>` : NOTHING}
</details>
`;
}

/** What the page calls the classes. */
export function classesTitle({ results }: ClassScores): string {
  return `Classes${results.some(isRankedByClass) ? ', worst first' : ''}`;
}

/** Numbers of the worst classes, for the page. */
export function classesHtml(scores: ClassScores): Html {
  const sizes = sizesOf(scores);
  const valued = scores.results.filter(({ values }) => values.some(({ value }) => value !== null));
  const missing = notesOf({ ...scores, results: scores.results.filter((of) => !valued.includes(of)) });
  return html`<p>${`${TEST_TEXT.replace(/^./, (first) => first.toUpperCase())}.`}</p>
${aloneText(scores).map((text) => html`<p>${text.replace(/^./, (first) => first.toUpperCase())}.</p>`)}
${missing.length === 0 ? NOTHING : html`<ul class="warnings">${missing.map((text) => html`<li>${text}.</li>`)}</ul>`}
${valued.map((of) => metricHtml(of, sizes))}`;
}

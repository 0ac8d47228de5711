import { METRICS, metricLabel } from '../../metrics/metric-catalog.js';
import type { MetricDefinition } from '../../metrics/metric-definition.js';
import { countText, errorText, listText, settingText } from '../../numerics/number-text.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { labelText } from '../text/latex-text.js';
import {
  byProcedure,
  clausesText,
  directionNotes,
  distinct,
  notesWithEncoders,
  onEmbeddings,
} from '../text/methods-words.js';
import type { Paper } from '../text/paper.js';
import { intervalText, valueWithError } from '../text/result-texts.js';
import { type TextTable, withoutEmptyColumns } from '../text/text-tables.js';
import { fileName } from '../text/visible-text.js';

function imagesOf(n: number | null): string {
  return n === null ? 'an unrecorded number of' : countText(n);
}

/** The record of a result's metric; undefined where another version wrote the report. */
function recordOf({ protocol }: ScoreResult): MetricDefinition | undefined {
  return METRICS.find(({ id }) => id === protocol);
}

/** Parameters of which a reader must know, as their records name them. */
function parametersOf(result: ScoreResult) {
  const { metric, parameters } = result;
  const definitions = recordOf(result)?.parameterDefinitions ?? {};
  const settings = Object.entries(parameters).flatMap(([name, value]) => {
    const words = definitions[name]?.words ?? null;
    return words === null ? [] : [`${words}: ${settingText(value)}`];
  });
  return settings.length === 0 ? [] : [{ metric, text: settings.join(', ') }];
}

/** How intervals of values, or of asymptotic values, were found, and those of which metrics. */
function intervalClauses(results: readonly ScoreResult[], whose: 'value' | 'limit'): string {
  return clausesText(
    results.flatMap(({ metric, interval }) =>
      interval?.of === whose ? { metric, text: byProcedure(interval.procedure) } : [],
    ),
  );
}

/** A sign beside a value, and what it means. */
interface SignNote {
  readonly sign: '±' | 'sd';
  readonly text: string;
}

/** What stands beside a value, in the words of a caption. */
function errorNotes(results: readonly ScoreResult[]): SignNote[] {
  const spreads = results.flatMap(({ metric, value, spread, standardError }) =>
    value === null || spread === undefined
      ? []
      : [
          `of ${metricLabel(metric)} over ${spread.of}${standardError === null ? '' : ` (${errorText(spread.value)})`}`,
        ],
  );
  return [
    ...(results.some(({ standardError }) => standardError !== null)
      ? [{ sign: '±', text: 'standard error of the value.' } as const]
      : []),
    ...(spreads.length > 0
      ? [
          {
            sign: 'sd',
            text: `standard deviation ${listText(spreads)}, not its standard error.`,
          } as const,
        ]
      : []),
  ];
}

/** What was done, as the methods section of a paper says it. */
export function scoreMethods({
  results,
  reference,
  generated,
  seed,
  protocol,
  version,
}: ScoreReport): string {
  const own = results.filter(({ value }) => value !== null);
  const parameters = clausesText(own.flatMap(parametersOf));
  const [ofValues, ofLimits] = [intervalClauses(own, 'value'), intervalClauses(own, 'limit')];
  return [
    `We computed ${onEmbeddings(own)}, with steadfid ${version}, between ${imagesOf(generated.n)} generated and ` +
      `${imagesOf(reference.n)} reference images (seed ${seed}).`,
    ...(protocol === undefined
      ? []
      : [[`The protocol is that of ${protocol.title}`, ...protocol.departures].join(', but ').concat('.')]),
    ...(parameters === '' ? [] : [`Parameters: ${parameters}.`]),
    ...distinct(own.flatMap((result) => recordOf(result)?.note ?? [])),
    ...errorNotes(own).map(({ sign, text }) => `${sign} is the ${text}`),
    ...(ofValues === '' ? [] : [`95 % confidence intervals of values were estimated ${ofValues}.`]),
    ...(ofLimits === ''
      ? []
      : [
          `Asymptotic values (n → ∞, bias removed) and their 95 % intervals are estimated from all images ${ofLimits}.`,
        ]),
    ...(own.some(({ noiseFloor }) => noiseFloor !== undefined)
      ? ['Noise floors are the same estimates between two random halves of the reference set.']
      : []),
  ].join(' ');
}

export function scoreSources({ results }: Pick<ScoreReport, 'results'>): readonly string[] {
  return distinct(results.map(({ source }) => source));
}

export function scorePaper(report: ScoreReport): Paper {
  return { methods: scoreMethods(report), sources: scoreSources(report), table: scoreTextTable(report) };
}

/** What a table for a paper calls a set: its name, else the last part of its path. */
function setName({ name, source }: ScoredSide): string {
  return name ?? fileName(source);
}

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

/** Values with their errors, asymptotic values with their intervals; what all rows share is said in the title and the notes. */
export function scoreTextTable(report: ScoreReport): TextTable {
  const { results, reference, generated } = report;
  const encoders = distinct(results.map(({ encoder }) => encoder.id));
  const unlike = results.some(
    ({ n }) => n.generated !== generated.n || (n.reference ?? reference.n) !== reference.n,
  );
  return withoutEmptyColumns({
    title:
      `${listText(distinct(results.map(({ metric }) => metricLabel(metric))))} of ${setName(generated)} (${imagesOf(generated.n)} images) against ` +
      `${setName(reference)} (${imagesOf(reference.n)} images)`,
    header: [
      'metric',
      'value',
      'asymptotic value (95 % interval)',
      '95 % interval of the value',
      'n (reference)',
      'n (generated)',
      'encoder',
    ],
    rows: results.map((result) => {
      const { metric, direction, n, encoder } = result;
      const interval = intervalText(result);
      return [
        `${metricLabel(metric)}${ARROWS[direction]}`,
        valueWithError(result),
        interval?.of === 'limit' ? interval.text : '–',
        interval?.of === 'value' ? interval.text : '–',
        unlike && !(n.reference === null && reference.n !== null) ? countText(n.reference) : '–', // a metric that does not look at it
        unlike ? countText(n.generated) : '–',
        encoders.length > 1 ? encoder.id : '–',
      ];
    }),
    ...notesWithEncoders(
      scoreNotes(report),
      results.map(({ encoder }) => encoder),
    ),
    label: labelText('score', generated.name ?? fileName(generated.source)),
  });
}

function scoreNotes({ results }: ScoreReport): string[] {
  const [ofValues, ofLimits] = [intervalClauses(results, 'value'), intervalClauses(results, 'limit')];
  return [
    ...directionNotes(results.map(({ direction }) => direction)),
    ...errorNotes(results).map(({ sign, text }) => `${sign}: ${text}`),
    ...(ofLimits === ''
      ? []
      : [`Asymptotic values are estimates for n → ∞, bias removed, with intervals ${ofLimits}.`]),
    ...(ofValues === '' ? [] : [`Intervals of values are ${ofValues}.`]),
  ];
}

import { defined } from '../../defined.js';
import { metricById, metricLabel } from '../../metrics/metric-catalog.js';
import { severalLines } from '../../reports/score/several-texts.js';
import { valueText } from '../../reports/text/result-texts.js';
import { protocolById } from '../../scoring/published-protocol.js';
import { score } from '../../scoring/score.js';
import type { ScoreReport, SetNames } from '../../scoring/score-report.js';
import type { ScoreRequest } from '../../scoring/score-request.js';
import type { OptionsOf } from '../flag.js';
import { metricParameters } from '../metric-flags.js';
import { incompleteSets, readingOptions, runningOptions, sourcesOptions } from '../shared-options.js';
import { pulling, reportWarnings, type Terminal } from '../terminal.js';
import type { SCORE_FLAGS } from './score.js';

type Options = OptionsOf<typeof SCORE_FLAGS>;
/** Options of the score of one of several sets. */
type SeveralOptions = Partial<Pick<Options, 'protocol' | 'protocolN' | 'heldOut'>> &
  Omit<
    Options,
    | 'protocol'
    | 'protocolN'
    | 'heldOut'
    | 'design'
    | 'perClass'
    | 'dims'
    | 'noiseFloor'
    | 'seedsOfOneModel'
    | 'names'
    | 'csv'
    | 'json'
    | 'output'
    | 'force'
    | 'failAbove'
    | 'failBelow'
  >;

/** One of several generated sets against the reference; how many there are, and which it is, is for the progress. */
export async function scoreOne(
  {
    reference,
    generated,
    names = {},
    encodedReference,
    noiseFloors,
    refused = new Set(),
  }: {
    readonly reference: string;
    readonly generated: string;
    readonly names?: SetNames;
    /** shared by all of them, so that the reference is encoded once */
    readonly encodedReference: NonNullable<ScoreRequest['encodedReference']>;
    /** shared by all of them, where noise floors are wanted */
    readonly noiseFloors?: ScoreRequest['noiseFloors'];
    /** metrics whose refusal was said already */
    readonly refused?: Set<string>;
  },
  options: SeveralOptions,
  terminal: Terminal,
): Promise<ScoreReport> {
  const { metric, protocol, protocolN, encoder, heldOut, seed, interval, strata, clusters } = options;
  return score({
    reference,
    generated,
    ...defined({ metrics: metric?.map((id) => metricById(id).id), protocol, protocolN, encoder, heldOut }),
    parameters: metricParameters(options),
    seed,
    names,
    encodedReference,
    ...(noiseFloors === undefined ? {} : { noiseFloor: 'on', noiseFloors }),
    ...(interval === 'on' ? { interval: { level: 0.95 } } : {}),
    strata,
    clusters,
    incomplete: incompleteSets(options.partial),
    sources: sourcesOptions(options),
    ...readingOptions(options),
    ...runningOptions(options, terminal),
    ...pulling(terminal),
    onRefused: ({ metric: id, reason }) => {
      if (refused.has(id)) return;
      refused.add(id);
      terminal.remark(`${id}: ${reason}`);
    },
    onProgress: ({ unit, ...progress }) =>
      terminal.progress.show({ ...progress, unit: unit === 'metrics' ? null : unit }),
    signal: terminal.signal,
  });
}

/** The metrics that were named, by themselves or by a protocol; undefined for the defaults. */
export function namedMetrics({
  metric,
  protocol,
}: Pick<Options, 'metric' | 'protocol'>): readonly string[] | undefined {
  return (
    metric?.map((id) => metricById(id).id) ??
    (protocol === undefined ? undefined : protocolById(protocol).metrics)
  );
}

/** The values of a scored set, on one line. */
export function valuesLine(name: string, { results }: ScoreReport): string {
  const values = results.map((result) => `${metricLabel(result.metric)} ${valueText(result)}`);
  return `${name}: ${values.join(', ')}`;
}

/** A scored set by its name. */
interface Named {
  readonly name: string;
  readonly report: ScoreReport;
}

/**
 * Says what has no value, and what is doubtful, once for all sets that it is true of.
 *
 * @param refused  metrics whose refusal was said already
 * @returns ids of the results without a value
 */
export function sayDoubts(
  scores: readonly Named[],
  { noun, refused = new Set() }: { readonly noun: string; readonly refused?: ReadonlySet<string> },
  terminal: Terminal,
): readonly string[] {
  const missing = scores.map(({ name, report }) => ({
    name,
    texts: report.results.flatMap(({ metric, protocol, reason }) =>
      reason === undefined || refused.has(protocol) ? [] : [`${metric} has no value: ${reason}`],
    ),
  }));
  for (const line of severalLines(missing, noun)) terminal.remark(line);
  const doubts = scores.map(({ name, report }) => ({ name, texts: reportWarnings(report) }));
  for (const line of severalLines(doubts, noun)) terminal.warn(line);
  return scores.flatMap(({ report: { results } }) =>
    results.flatMap(({ metric, reason }) => (reason === undefined ? [] : [metric])),
  );
}

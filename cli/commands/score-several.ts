import { defined } from '../../defined.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { protocolById } from '../../scoring/published-protocol.js';
import { score } from '../../scoring/score.js';
import type { ScoreReport, SetNames } from '../../scoring/score-report.js';
import type { ScoreRequest } from '../../scoring/score-request.js';
import type { OptionsOf } from '../flag.js';
import { metricParameters } from '../flags.js';
import { incompleteSets, readingOptions, runningOptions, sourcesOptions } from '../shared-options.js';
import { pulling, type Terminal } from '../terminal.js';
import type { SCORE_FLAGS } from './score.js';

type Options = OptionsOf<typeof SCORE_FLAGS>;
/** What a score of one of several sets is told. */
type SeveralOptions = Partial<Pick<Options, 'protocol' | 'protocolN' | 'heldOut'>> &
  Omit<
    Options,
    | 'protocol'
    | 'protocolN'
    | 'heldOut'
    | 'design'
    | 'perClass'
    | 'dims'
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
  }: {
    readonly reference: string;
    readonly generated: string;
    readonly names?: SetNames;
    /** shared by all of them, so that the reference is encoded once */
    readonly encodedReference: NonNullable<ScoreRequest['encodedReference']>;
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
    ...(interval === 'on' ? { interval: { level: 0.95 } } : {}),
    strata,
    clusters,
    incomplete: incompleteSets(options.partial),
    sources: sourcesOptions(options),
    ...readingOptions(options),
    ...runningOptions(options),
    ...pulling(terminal),
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

/** Results without a value, with the lines that say why. */
export function missingLines(reports: readonly ScoreReport[]): readonly { id: string; line: string }[] {
  return reports.flatMap(({ generated, results }) =>
    results.flatMap(({ metric: id, reason }) =>
      reason === undefined ? [] : [{ id, line: `${generated.source}: ${id} has no value: ${reason}` }],
    ),
  );
}

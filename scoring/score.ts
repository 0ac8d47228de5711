import { defined } from '../defined.js';
import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { VERSION, type Warning } from '../encoders/encoder.js';
import { type Recognized, recognizedStatistics } from '../encoders/files/known-statistics.js';
import type { SourcesOptions } from '../encoders/images/source-options.js';
import { canonicalSets } from '../metrics/canonical-order.js';
import { SIDES } from '../metrics/comparable-sets.js';
import { type DesignStatement, designStatement } from '../metrics/design/design-statement.js';
import { samplingDesign } from '../metrics/design/sampling-design.js';
import { isOfEncoder } from '../metrics/encoder-warnings.js';
import { metricById } from '../metrics/metric-catalog.js';
import type { Comparison, MetricDefinition } from '../metrics/metric-definition.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import { closeAll } from '../onnx/close-all.js';
import { recordedEncoder } from './encoded-sides.js';
import { type GroupScores, scoreGroup } from './group-scores.js';
import { requestOfProtocol, requireProtocolSize } from './published-protocol.js';
import { refusedMetrics } from './refused-metrics.js';
import { CurrentEncoder, encoderOptions, missingNetworks } from './score-encoders.js';
import { scoreGroups, servedGroup } from './score-groups.js';
import type { ClassScores, ScoredSide, ScoreReport } from './score-report.js';
import {
  DEFAULT_CLASS_METRICS,
  DEFAULT_METRICS,
  DEFAULT_SEED,
  type ScoreRequest,
  type ScoreSide,
} from './score-request.js';
import { requireConsistentRequest } from './score-request-checks.js';
import { requestedParameters } from './score-results.js';
import {
  countsOf,
  openScoreSource,
  requireServed,
  type ScoreSource,
  type ScoreSources,
  scoredSide,
  sourcesFor,
} from './score-sources.js';

/** A network that was named although nothing had to be encoded. */
function unusedEncoder(encoder: string | undefined, sources: ScoreSources): readonly Warning[] {
  const { reference, generated } = sources;
  if (encoder === undefined || reference.kind === 'images' || generated.kind === 'images') return [];
  return [
    {
      code: 'ENCODER_NOT_USED',
      message: `--encoder ${encoder} was not used: both sides are embeddings or statistics already`,
    },
  ];
}

function distinct(warnings: readonly Warning[]): readonly Warning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}

/**
 * Opens the sides of a request, one after the other; where there is no reference, the generated set takes its place.
 *
 * @param open  gets each source as soon as it has to be closed
 */
async function openSources(
  { reference, generated, heldOut, sources, incomplete }: ScoreRequest,
  open: ScoreSource[],
): Promise<ScoreSources> {
  const opened = async (side: ScoreSide, name: keyof SourcesOptions): Promise<ScoreSource> => {
    const batches = name === 'reference' ? 'together' : undefined;
    const source = await openScoreSource(side, { ...sources?.[name], incomplete, batches });
    open.push(source);
    return source;
  };
  const first = reference === undefined ? null : await opened(reference, 'reference');
  const second = await opened(generated, 'generated');
  const third = heldOut === undefined ? undefined : await opened(heldOut, 'reference');
  return { reference: first ?? second, generated: second, ...defined({ heldOut: third }) };
}

/** How the images were drawn, as the first network's embeddings show it; left out where a side has none. */
async function designOf(
  sets: Comparison,
  { interval }: Pick<ScoreRequest, 'interval'>,
): Promise<DesignStatement | undefined> {
  const sides = sets.reference === sets.generated ? (['generated'] as const) : SIDES;
  if (sides.every((side) => sets[side].embeddings === null && sets[side].logits === null)) return undefined;
  const algebra = await openAlgebra();
  return designStatement(
    await samplingDesign(canonicalSets(sets), algebra, interval === undefined ? 'quick' : 'thorough'),
    sides,
  );
}

/**
 * Metrics of one generated set against one reference set. Metrics that share a network and its preprocessing share one pass
 * over the images; sets that are embeddings already are taken as they are.
 *
 * @returns every number with n, encoder, preprocessing, parameters, direction and doubts; one that does not exist or that a side
 * cannot serve is null with the reason, whether its metric was named or is a default
 * @throws OptionError UNKNOWN_METRIC, UNKNOWN_ENCODER, CONFLICTING_OPTIONS, before anything is encoded
 * @throws InputError if a side cannot be read, MISSING_MODEL if a network is not there
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if the sides come from different networks or preprocessing
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 *
 * @example
 * const report = await score({ reference: 'photos/', generated: 'samples/', metrics: ['fid'], encoder: 'demo' });
 */
export async function score(asked: ScoreRequest): Promise<ScoreReport> {
  const { request, protocol } = requestOfProtocol(asked);
  const { encoder, seed = DEFAULT_SEED, perClass = 'off', names = {} } = request;
  const metrics = (request.metrics ?? (perClass === 'on' ? DEFAULT_CLASS_METRICS : DEFAULT_METRICS)).map(
    metricById,
  );
  requireConsistentRequest(metrics, request);

  const encoders = new CurrentEncoder(encoderOptions(request));
  const opened: ScoreSource[] = [];
  try {
    const sources = await openSources(request, opened);
    const { reference, knownFiles } = request;
    const recognized =
      typeof reference === 'string' ? await recognizedStatistics(reference, knownFiles) : null;
    const published =
      protocol === null ? undefined : requireProtocolSize(protocol, countsOf(sources), request);
    const refused = refusedMetrics(metrics, (metric) => {
      const own = sourcesFor(metric, sources);
      requireServed(metric, own);
      metric.requireImages(countsOf(own), requestedParameters(metric, request));
    });
    for (const [{ id }, reason] of refused) request.onRefused?.({ metric: id, reason });
    const groups = scoreGroups(metrics, encoder, recordedEncoder(sources));
    if (request.onMissing !== undefined) {
      const needed = groups.map((group) => servedGroup(group, refused));
      request.onMissing(await missingNetworks(needed, sources, request.models));
    }
    const scored: GroupScores[] = [];
    let done = 0;
    let design: DesignStatement | undefined;
    for (const group of groups) {
      const scores = await scoreGroup(group, {
        request,
        protocol,
        sources,
        refused,
        open: (wanted) => encoders.open(wanted),
        progress: { done, total: metrics.length },
      });
      scored.push(scores);
      done += scores.results.size;
      if (scores.sets !== null) design ??= await designOf(scores.sets, request);
    }
    const used = (side: keyof ScoreSources): readonly EmbeddedSet[] =>
      scored.flatMap((scores) => scores.used[side]);
    const ofSets = [...used('reference'), ...used('generated'), ...used('heldOut')].flatMap(
      ({ warnings }) => warnings,
    );
    return {
      schema: 'steadfid/score/1',
      version: VERSION,
      reference:
        reference === undefined
          ? { source: sources.generated.path, n: null, content: null, skipped: [] }
          : {
              ...scoredSide(sources.reference, used('reference'), names.reference),
              ...knownSource(recognized),
            },
      generated: scoredSide(sources.generated, used('generated'), names.generated),
      ...(sources.heldOut !== undefined && { heldOut: scoredSide(sources.heldOut, used('heldOut')) }),
      seed,
      ...defined({ protocol: published, design }),
      results: metrics.flatMap((metric) => scored.flatMap(({ results }) => results.get(metric) ?? [])),
      ...(perClass === 'on' && { classes: classScores(metrics, scored) }),
      warnings: distinct([
        ...unusedEncoder(encoder, sources),
        ...(recognized?.warnings ?? []),
        ...ofSets.filter((warning) => !isOfEncoder(warning) && warning.code !== 'LOSSY_IMAGES'), // said where one side alone is
      ]),
    };
  } finally {
    await closeAll([encoders, ...opened].map((one) => () => one.close()));
  }
}

/** The published file that the reference is, as its side names it. */
function knownSource(recognized: Recognized | null): Pick<ScoredSide, 'known'> {
  if (recognized === null || recognized.known === null) return {};
  const { name, sha256, url, holds } = recognized.known;
  return { known: { name, sha256, url, holds } };
}

/** The metrics of every class, of all groups together. */
function classScores(metrics: readonly MetricDefinition[], scored: readonly GroupScores[]): ClassScores {
  const { labels, classes, alone } = scored.find((scores) => scores.classes !== undefined)?.classes ?? {
    labels: null,
    classes: [],
    alone: { reference: [], generated: [] },
  };
  const results = metrics.flatMap((metric) =>
    scored.flatMap(({ resultsOfClasses }) => resultsOfClasses.get(metric) ?? []),
  );
  return { labels, classes, alone, results };
}

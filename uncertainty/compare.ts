import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { setContent } from '../encoders/set-content.js';
import { VERSION } from '../encoders/version.js';
import { encodedSides } from '../metrics/encoded-sides.js';
import { encoderOptions } from '../metrics/encoder-options.js';
import { EncoderShelf } from '../metrics/encoder-shelf.js';
import { metricById } from '../metrics/metric-catalog.js';
import type { MetricDefinition } from '../metrics/metric-definition.js';
import { openAlgebra } from '../metrics/numerics/open-algebra.js';
import { scoreGroups } from '../metrics/score-groups.js';
import type { ScoredSide } from '../metrics/score-report.js';
import {
  openScoreSource,
  type ScoreSource,
  type ScoreSources,
  unservedError,
} from '../metrics/score-source.js';
import type { CompareReport, SplitHalf } from './compare-report.js';
import { type CompareRequest, DEFAULT_COMPARED } from './compare-request.js';
import { comparedColumns } from './compared-columns.js';
import { comparedControls } from './compared-controls.js';
import { comparedFilter } from './compared-filter.js';
import { commonPool, pooledScores, requireIds } from './compared-pool.js';
import { comparisonPlan } from './comparison/comparison-plan.js';
import type { RuledScore } from './comparison/filter-effect-of.js';
import { filterEffects } from './comparison/filter-effects.js';
import { type ComparisonWatch, MetricRun } from './comparison/metric-run.js';
import { plannedDraws, plannedValues } from './comparison/planned-values.js';
import { splitHalf } from './comparison/split-half.js';
import { tradeText } from './comparison/trade-text.js';
import { comparisonWarnings } from './comparison-warnings.js';
import type { EncodedGroup } from './encoded-group.js';
import { idMatch } from './id-match.js';
import { ImagePool } from './image-pool.js';
import { keepDecision } from './keep-decision.js';
import type { UnmeasuredMetric } from './subset-metrics/measurable.js';
import type { SubsetMetric } from './subset-metrics/subset-metric.js';
import { requireComparable, subsetMetricsOf } from './subset-metrics/subset-metrics-of.js';

/** Every metric that both sides can serve; one that was named and cannot be is an error. */
function servedMetrics(
  metrics: readonly MetricDefinition[],
  sources: ScoreSources,
  unserved: 'refused' | 'left out',
): MetricDefinition[] {
  return metrics.filter((metric) => {
    const error = unservedError(metric, sources);
    if (error !== undefined && unserved === 'refused') throw error;
    return error === undefined;
  });
}

function scoredSide(source: ScoreSource, sets: readonly EmbeddedSet[]): ScoredSide {
  const [set] = sets;
  return {
    source: source.path,
    n: set?.n ?? null,
    content: set === undefined ? null : setContent(set),
    skipped: set?.skipped ?? [],
  };
}

/** A line for each reason. */
function unmeasuredText(unmeasured: readonly UnmeasuredMetric[]): string[] {
  const reasons = [...new Set(unmeasured.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const ids = unmeasured.filter((one) => one.reason === reason).map(({ metric }) => metric);
    return `${ids.join(', ')}: no value. ${reason}.`;
  });
}

/** Progress of one metric's values, with about how many there are. */
function watchOf(
  { signal, onProgress }: CompareRequest,
  totals: ReadonlyMap<string, number>,
): ComparisonWatch {
  return {
    ...(signal === undefined ? {} : { signal }),
    onProgress: ({ metric, done }) =>
      onProgress?.({
        task: `${metric} of subsets`,
        done,
        total: Math.max(done, totals.get(metric) ?? done),
        unit: 'subsets',
      }),
  };
}

/**
 * Filtered against unfiltered at equal n: whether dropping images by a score makes a set better, and whether that is more than
 * dropping the detailed ones would do. Scores are joined to the images by id; nothing is joined by position.
 *
 * @throws InputError MISSING_IDS, DUPLICATE_IDS, UNREADABLE_FILE; OptionError for metrics, columns and rules, before anything is
 * encoded; what `score` throws where sides cannot be encoded
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function compare(request: CompareRequest): Promise<CompareReport> {
  const { scores: table, rule, signal, missing = 'refuse' } = request;
  const asked = (request.metrics ?? DEFAULT_COMPARED).map(metricById);
  requireComparable(asked);
  const plan = comparisonPlan(request.plan);
  const columns = comparedColumns(table, request.columns);
  const shelf = new EncoderShelf(encoderOptions(request));
  const open: ScoreSource[] = [];
  try {
    for (const side of [request.reference, request.generated]) open.push(await openScoreSource(side));
    const [reference, generated] = open as [ScoreSource, ScoreSource];
    const sources = { reference, generated };
    const metrics = servedMetrics(asked, sources, request.metrics === undefined ? 'left out' : 'refused');
    if (metrics.length === 0) throw unservedError(asked[0]!, sources)!;
    const own = requireIds(generated);
    const match = idMatch(own, table, { missing });
    // a rule or a score that cannot work is said before hours of encoding
    const matched = ImagePool.of({ source: generated.path, ids: [...match.pairs.keys()] });
    for (const score of pooledScores(matched, columns, { match, source: table.source }))
      keepDecision(score, rule);

    const groups: EncodedGroup[] = [];
    for (const group of scoreGroups(metrics, request.encoder)) {
      const sets = await encodedSides(group, sources, {
        // every embedding is needed, also where a metric could do with moments: an interval asks for them
        request: {
          ...request,
          interval: { level: plan.intervalLevel },
          onProgress: encodingProgress(request),
        },
        open: (wanted) => shelf.take(wanted),
      });
      groups.push({ metrics: group.metrics, sets });
    }
    await shelf.close();
    const pool = commonPool(generated.path, match, groups);
    const controls = await comparedControls(request, { pool, match, generated, sets: groups[0]!.sets });
    const algebra = await openAlgebra();
    const engines: SubsetMetric[] = [];
    const unmeasured: UnmeasuredMetric[] = [];
    for (const { metrics: wanted, sets } of groups) {
      signal?.throwIfAborted();
      const beside = engines.some(({ role }) => role === 'fidelity') ? 'measured' : 'wanted';
      const found = await subsetMetricsOf(wanted, sets, { pool, algebra, beside });
      engines.push(...found.engines);
      unmeasured.push(...found.unmeasured);
    }
    const ruled: RuledScore[] = pooledScores(pool, columns, { match, source: table.source }).map((score) => ({
      score,
      rule,
    }));
    const filters = ruled.map((one) => comparedFilter(one, controls));

    const tests = ruled.length * engines.filter(({ role }) => role === 'quality').length;
    const families = {
      detail: controls.filter(({ family }) => family === 'detail').length,
      other: controls.filter(({ family }) => family === 'other').length,
    };
    const totals = new Map(
      engines.map((metric) => [
        metric.id,
        plannedValues(
          { scores: ruled.length, controls: families, role: metric.role },
          { ...plan, draws: plannedDraws(metric, plan, tests) },
        ),
      ]),
    );
    const watch = watchOf(request, totals);
    const effects =
      engines.length === 0
        ? []
        : await filterEffects({ scores: ruled, controls, metrics: engines }, plan, watch);
    const splitHalves: SplitHalf[] = [];
    if (request.splitHalf === 'on') {
      for (const metric of engines.filter(({ role }) => role === 'quality')) {
        const run = new MetricRun(metric, { seed: plan.seed, watch });
        for (const one of ruled) {
          const found = await splitHalf(run, one, {
            seed: plan.seed,
            draws: plannedDraws(metric, plan, tests),
          });
          if (found !== null) splitHalves.push(found);
        }
      }
    }
    return {
      schema: 'steadfid/compare/1',
      version: VERSION,
      reference: scoredSide(
        reference,
        groups.map(({ sets }) => sets.reference),
      ),
      generated: scoredSide(
        generated,
        groups.map(({ sets }) => sets.generated),
      ),
      scores: {
        source: table.source,
        joinedBy: match.by,
        imagesAlone: match.imagesAlone,
        scoresAlone: match.othersAlone,
      },
      plan,
      filters,
      metrics: engines.map(({ id, direction, role, encoder, parameters, method, referenceSize }) => ({
        id,
        direction,
        role,
        encoder,
        parameters,
        method,
        referenceSize,
      })),
      unmeasured,
      effects,
      splitHalves,
      summary: [
        ...ruled.flatMap(({ score: { name } }) => [
          ...effects.flatMap(({ score, verdict }) =>
            score === name && verdict !== null ? [verdict.sentence] : [],
          ),
          ...[tradeText(name, effects)].filter((text) => text !== undefined),
        ]),
        ...unmeasuredText(unmeasured),
      ],
      warnings: comparisonWarnings(groups, controls, filters),
    };
  } finally {
    await shelf.close();
    for (const source of open) await source.close();
  }
}

function encodingProgress({ onProgress }: CompareRequest) {
  return (progress: { readonly task: string; readonly done: number; readonly total: number }) =>
    onProgress?.({ ...progress, unit: 'img' });
}

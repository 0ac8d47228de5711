import { defined } from '../defined.js';
import { VERSION } from '../encoders/encoder.js';
import { OptionError } from '../errors.js';
import { metricById } from '../metrics/metric-catalog.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import { spearmanCorrelation } from '../numerics/order-statistics.js';
import { CurrentEncoder, encoderOptions } from '../scoring/current-encoder.js';
import type { UnmeasuredMetric } from '../scoring/refused-metrics.js';
import { refusedMetrics, unmeasuredMetrics, unmeasuredText } from '../scoring/refused-metrics.js';
import { scoreGroups } from '../scoring/score-groups.js';
import type { ScoreSource } from '../scoring/score-sources.js';
import { encodedSides, openScoreSource, requireServed, scoredSide } from '../scoring/score-sources.js';
import { idMatch } from '../uncertainty/id-match.js';
import { ImagePool } from '../uncertainty/image-pool.js';
import { keepRuleText } from '../uncertainty/keep-rule.js';
import type { Score, ScoreTable } from '../uncertainty/score-table.js';
import { chosenScores } from '../uncertainty/score-table.js';
import type { ComparedFilter, CompareReport, CompareRequest, SplitHalf } from './compare-report.js';
import { DEFAULT_COMPARED } from './compare-report.js';
import { commonPool, comparedControls, pooledScores, requireIds } from './compared-pool.js';
import { type ComparisonPlan, comparisonPlan, plannedDraws, plannedValues } from './comparison-plan.js';
import type { EncodedGroup } from './comparison-warnings.js';
import { comparisonWarnings } from './comparison-warnings.js';
import { CONTROL_NAMES } from './embedding-controls.js';
import type { PooledControl, ThresholdedScore } from './filter-effect-of.js';
import { filterEffects } from './filter-effects.js';
import { keepDecision } from './keep-decision.js';
import type { ComparisonWatch } from './metric-run.js';
import { MetricRun } from './metric-run.js';
import { splitHalf } from './split-half.js';
import type { SubsetMetric } from './subset-metrics/subset-metric.js';
import { requireComparable, subsetMetricsOf } from './subset-metrics/subset-metrics-of.js';
import { fidelityDiversityText } from './verdict-text.js';

/** Progress of one metric's values, with about how many there are. */
function watchOf(
  { signal, onProgress }: CompareRequest,
  totals: ReadonlyMap<string, number>,
): ComparisonWatch {
  return {
    ...defined({ signal }),
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
 * encoded; what `score` throws where sides cannot be encoded, or the reason where no metric is served
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function compare(request: CompareRequest): Promise<CompareReport> {
  const { scores: table, rule, signal, missing = 'refuse' } = request;
  const asked = (request.metrics ?? DEFAULT_COMPARED).map(metricById);
  requireComparable(asked);
  const plan = comparisonPlan(request.plan);
  const columns = comparedColumns(table, request.columns);
  const encoders = new CurrentEncoder(encoderOptions(request));
  const open: ScoreSource[] = [];
  try {
    for (const side of ['reference', 'generated'] as const)
      open.push(
        await openScoreSource(request[side], { ...request.sources?.[side], incomplete: request.incomplete }),
      );
    const [reference, generated] = open as [ScoreSource, ScoreSource];
    const sources = { reference, generated };
    const refused = refusedMetrics(asked, (metric) => requireServed(metric, sources));
    const metrics = asked.filter((metric) => !refused.has(metric));
    if (metrics.length === 0) requireServed(asked[0]!, sources);
    const own = requireIds(generated);
    const match = idMatch(own, table, { missing });
    // a rule or a score that cannot work is said before hours of encoding
    const matched = ImagePool.of({ source: generated.path, ids: [...match.pairs.keys()] });
    for (const score of pooledScores(matched, columns, { match, source: table.source }))
      keepDecision(score, rule, { seed: plan.seed });

    const groups: EncodedGroup[] = [];
    for (const group of scoreGroups(metrics, request.encoder)) {
      const sets = await encodedSides(group, sources, {
        request: {
          ...request,
          keep: 'embeddings',
          onProgress: encodingProgress(request),
        },
        open: (wanted) => encoders.open(wanted),
      });
      groups.push({ metrics: group.metrics, sets });
    }
    await encoders.close();
    const pool = commonPool(generated.path, match, groups);
    const controls = await comparedControls(request, { pool, match, generated, sets: groups[0]!.sets });
    const algebra = await openAlgebra();
    const engines: SubsetMetric[] = [];
    const unmeasured: UnmeasuredMetric[] = [...unmeasuredMetrics(refused)];
    for (const { metrics: wanted, sets } of groups) {
      signal?.throwIfAborted();
      const beside = engines.some(({ role }) => role === 'fidelity') ? 'measured' : 'wanted';
      const found = await subsetMetricsOf(wanted, sets, { pool, algebra, beside });
      engines.push(...found.engines);
      unmeasured.push(...found.unmeasured);
    }
    const thresholded: ThresholdedScore[] = pooledScores(pool, columns, { match, source: table.source }).map(
      (score) => ({
        score,
        rule,
      }),
    );
    const filters = thresholded.map((one) => comparedFilter(one, controls, plan));

    const tests = thresholded.length * engines.filter(({ role }) => role === 'quality').length;
    const families = {
      detail: controls.filter(({ family }) => family === 'detail').length,
      other: controls.filter(({ family }) => family === 'other').length,
    };
    const totals = new Map(
      engines.map((metric) => [
        metric.id,
        plannedValues(
          { scores: thresholded.length, controls: families, role: metric.role },
          { ...plan, draws: plannedDraws(metric, plan, tests) },
        ),
      ]),
    );
    const watch = watchOf(request, totals);
    const effects =
      engines.length === 0
        ? []
        : await filterEffects({ scores: thresholded, controls, metrics: engines }, plan, watch);
    const splitHalves: SplitHalf[] = [];
    if (request.splitHalf === 'on') {
      for (const metric of engines.filter(({ role }) => role === 'quality')) {
        const run = new MetricRun(metric, { seed: plan.seed, watch });
        for (const one of thresholded) {
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
        ...thresholded.flatMap(({ score: { name } }) => [
          ...effects.flatMap(({ score, verdict }) =>
            score === name && verdict !== null ? [verdict.sentence] : [],
          ),
          ...[fidelityDiversityText(name, effects)].filter((text) => text !== undefined),
        ]),
        ...unmeasuredText(unmeasured),
      ],
      warnings: comparisonWarnings(groups, controls, { filters, seed: plan.seed }),
    };
  } finally {
    await encoders.close();
    for (const source of open) await source.close();
  }
}

function encodingProgress({ onProgress }: CompareRequest) {
  return (progress: { readonly task: string; readonly done: number; readonly total: number }) =>
    onProgress?.({ ...progress, unit: 'img' });
}

/**
 * The scores that a comparison tries: those named, or all columns that are no control scores.
 *
 * @throws OptionError UNKNOWN_COLUMN; CONFLICTING_OPTIONS if there are controls alone and none was named
 */
function comparedColumns(table: ScoreTable, named: readonly string[] | undefined): Score[] {
  if (named !== undefined) return chosenScores(table, named);
  const scores = table.scores.filter(({ name }) => !CONTROL_NAMES.includes(name));
  if (scores.length > 0) return scores;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: table.source,
    expected: 'must hold a score that is no control score',
    received: table.scores.map(({ name }) => name).join(', '),
    help: 'Name the columns to be tried: --column png-bytes.',
  });
}

/** A filter as a report shows it: rule, line, ids, and how the score goes with every control. */
function comparedFilter(
  { score, rule }: ThresholdedScore,
  controls: readonly PooledControl[],
  { seed }: ComparisonPlan,
): ComparedFilter {
  const { threshold, keptShare, kept, dropped, ties } = keepDecision(score, rule, { seed });
  const idsAt = (indices: Uint32Array) => Array.from(indices, (index) => score.pool.ids[index]!);
  return {
    score: score.name,
    rule,
    ruleText: keepRuleText(rule),
    threshold,
    keptShare,
    ties,
    kept: idsAt(kept),
    dropped: idsAt(dropped),
    correlations: controls.map(({ family, score: control }) => ({
      control: control.name,
      family,
      value: spearmanCorrelation(score.values, control.values) ?? null,
    })),
  };
}

import { defined } from '../defined.js';
import { VERSION } from '../encoders/encoder.js';
import { spearmanCorrelation } from '../numerics/order-statistics.js';
import { unmeasuredText } from '../scoring/refused-metrics.js';
import { scoredSide } from '../scoring/score-sources.js';
import { keepRuleText } from '../uncertainty/keep-rule.js';
import type { ComparedFilter, CompareReport, CompareRequest, SplitHalf } from './compare-report.js';
import { drawnValues, undrawnValues } from './comparison-part.js';
import { type ComparisonPlan, designPlan, plannedDraws, plannedValues } from './comparison-plan.js';
import { comparisonWarnings } from './comparison-warnings.js';
import type { PooledControl, ThresholdedScore } from './filter-effect-of.js';
import { filterEffects, testsOf } from './filter-effects.js';
import { keepDecision } from './keep-decision.js';
import type { ComparisonWatch } from './metric-run.js';
import { MetricRun } from './metric-run.js';
import { openComparison, type PreparedComparison, preparedComparison } from './open-comparison.js';
import { designSentence, exchangeWarnings } from './pool-design.js';
import { splitHalf } from './split-half.js';
import { fidelityDiversityText } from './verdict-text.js';

/** Progress of one metric's values, with about how many there are. */
function watchOf(
  { signal, onProgress }: CompareRequest,
  { engines, controls, thresholded }: PreparedComparison,
  plan: ComparisonPlan,
): ComparisonWatch {
  const tests = testsOf({ scores: thresholded, metrics: engines });
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
 * @throws what `openComparison` and `preparedComparison` throw
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function compare(request: CompareRequest): Promise<CompareReport> {
  const opened = await openComparison(request);
  try {
    const prepared = await preparedComparison(opened);
    const { groups, controls, engines, unmeasured, thresholded, design, statement } = prepared;
    const { match, sources } = opened;
    const plan = designPlan(opened.plan, design);
    const { reference, generated } = sources;
    const { scores: table, known } = request;
    const filters = thresholded.map((one) => comparedFilter(one, controls, plan));
    const tests = testsOf({ scores: thresholded, metrics: engines });
    const watch = watchOf(request, prepared, plan);
    const effects =
      engines.length === 0
        ? []
        : await filterEffects(
            { scores: thresholded, controls, metrics: engines, known, design },
            plan,
            watch,
          );
    const splitHalves: SplitHalf[] = [];
    if (request.splitHalf === 'on') {
      for (const metric of engines.filter(({ role }) => role === 'quality')) {
        const run = new MetricRun(metric, {
          seed: plan.seed,
          watch,
          design,
          ...defined({ known: known?.get(metric.id) }),
        });
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
        ...(design === null ? [] : [designSentence(design, statement)]),
      ],
      warnings: [
        ...comparisonWarnings(groups, controls, { filters, seed: plan.seed }),
        ...(design === null ? [] : exchangeWarnings(design)),
      ],
    };
  } finally {
    await opened.close();
  }
}

/**
 * Values of one metric, or of fidelity and diversity, which share an engine: of the subsets that are drawn a stretch, or of all others.
 *
 * @param of  place among `metricSets`
 * @param stretch  part of how many, from 0; null: of the subsets that are not drawn
 * @returns by the id of the metric, as `compare` takes them for `known`
 * @throws what `compare` throws
 */
export async function comparedValues(
  request: CompareRequest,
  of: number,
  stretch: { readonly index: number; readonly count: number } | null,
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const opened = await openComparison(request);
  try {
    const { plan, metricSets, columns } = opened;
    const wanted = metricSets[of]!;
    const prepared = await preparedComparison(opened, wanted);
    const { controls, thresholded, engines, design } = prepared;
    // of all metrics that were asked for; where one turns out to have no value, fewer draws are needed than these
    const tests = columns.length * metricSets.filter(({ role }) => role === 'quality').length;
    const watch = watchOf(request, prepared, plan);
    const values = new Map<string, ReadonlyMap<string, number>>();
    for (const metric of engines) {
      const run = new MetricRun(metric, { seed: plan.seed, watch, design });
      const draws = plannedDraws(metric, plan, tests);
      const comparison = {
        run,
        scores: thresholded,
        controls,
        plan: { ...plan, draws },
        splitHalf: request.splitHalf ?? 'off',
      } as const;
      if (stretch === null) await undrawnValues(comparison);
      else await drawnValues(comparison, stretch);
      values.set(metric.id, run.values);
    }
    return values;
  } finally {
    await opened.close();
  }
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

import { defined } from '../defined.js';
import { VERSION } from '../encoders/encoder.js';
import { metricLabel } from '../metrics/metric-catalog.js';
import type { Direction, MetricDefinition, ResultDefinition } from '../metrics/metric-definition.js';
import { mean } from '../numerics/mean-and-variance.js';
import { countText } from '../numerics/number-text.js';
import { leastOf } from '../numerics/order-statistics.js';
import type { UnmeasuredMetric } from '../scoring/refused-metrics.js';
import { unmeasuredText } from '../scoring/refused-metrics.js';
import { distortionResponse } from './analysis/distortion-response.js';
import type { ConditionMetadata } from './condition-metadata.js';
import { distortionStability } from './distortion-stability.js';
import { armRole } from './filter-arms.js';
import { filterReactions, reactionNotes } from './filter-reaction.js';
import { filterStability } from './filter-stability.js';
import { diversityNotes, stabilityHeadline } from './stability-headline.js';
import { stabilityVerdicts } from './stability-verdict.js';
import { studyCosts } from './study-costs.js';
import { studyCurve } from './study-curve.js';
import type { StudyDesign } from './study-design.js';
import { studyRankings } from './study-rankings.js';
import type { StudyCurve, StudyReport, StudyResponse } from './study-report.js';
import type { StudyRow } from './study-run.js';
import { studySummary } from './study-summary.js';

/** The report of a study's rows: nothing in it but the rows, the facts and the design. */
export function studyReportOf({
  design,
  metrics,
  rows,
  facts,
  unmeasured = [],
  progress,
}: {
  readonly design: StudyDesign;
  readonly metrics: readonly MetricDefinition[];
  readonly rows: readonly StudyRow[];
  readonly facts: readonly ConditionMetadata[];
  /** default: none */
  readonly unmeasured?: readonly UnmeasuredMetric[];
  /** of a study that still runs */
  readonly progress?: StudyReport['progress'];
}): StudyReport {
  const byCurve = groupedBy(rows, ({ metric, arm, distortion, level }) =>
    key(metric, arm, distortion, level),
  );
  const curves = facts.flatMap((fact) =>
    metrics
      .find(({ id }) => id === fact.protocol)!
      .results.map((result) =>
        curveOf(byCurve.get(key(result.id, fact.arm, fact.distortion, fact.level)) ?? [], {
          fact,
          result,
          design,
        }),
      ),
  );
  const responses = studyResponses(curves);
  // controls of a filter are no rivals: sets are ranked as they are
  const whole = new Set(design.arms.filter((arm) => armRole(arm) === 'all').map(({ name }) => name));
  const stability = filterStability({ design, curves, rows, facts });
  const verdicts = design.stability === undefined ? [] : stabilityVerdicts(stability, design.stability);
  const notes = diversityNotes(
    stability,
    metrics.flatMap(({ results }) => results),
  );
  const reactions = filterReactions(design, facts);
  const rankings = studyRankings(curves.filter(({ arm }) => whole.has(arm)));
  return {
    schema: 'steadfid/study/1',
    version: VERSION,
    ...defined({ progress }),
    design,
    curves,
    responses,
    rankings,
    ...(design.stability === undefined
      ? {}
      : {
          stability,
          stabilityVerdicts: verdicts,
          headline: stabilityHeadline(verdicts, stability),
          stabilityResponses: distortionStability(design, stability, rows),
        }),
    ...(reactions.length === 0 ? {} : { filterReactions: reactions }),
    costs: studyCosts(curves, { metrics, design }),
    ...(unmeasured.length === 0 ? {} : { unmeasured }),
    summary: [
      ...studySummary({
        curves,
        responses,
        rankings,
        verdicts,
        notes: [...notes, ...reactionNotes(reactions)],
        referenceSize: design.referenceSize,
      }),
      ...unmeasuredText(unmeasured),
    ],
    warnings: distinct(facts),
  };
}

function key(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

function curveOf(
  rows: readonly StudyRow[],
  {
    fact,
    result,
    design,
  }: { readonly fact: ConditionMetadata; readonly result: ResultDefinition; readonly design: StudyDesign },
): StudyCurve {
  const bySize = groupedBy(rows, ({ sampleSize }) => sampleSize);
  const draws = [...bySize.entries()]
    .sort(([a], [b]) => a - b)
    .map(([sampleSize, own]) => ({
      sampleSize,
      values: own.map(({ value }) => value).filter((value) => value !== null),
      ...defined({
        scored: mean(own.flatMap(({ value, scored }) => (value === null ? [] : (scored ?? [])))),
      }),
    }))
    .filter(({ values }) => values.length > 0);
  const missing = rows.find(({ value }) => value === null);
  return studyCurve({
    metric: result.id,
    direction: result.direction as Direction, // a number of `neither` needs held-out images, which no study has
    units: result.units,
    encoder: fact.encoder,
    dimension: fact.dimension,
    arm: fact.arm,
    distortion: fact.distortion,
    level: fact.level,
    poolSize: fact.poolSize,
    referenceSize: fact.referenceSize,
    referenceContent: fact.referenceContent,
    estimator: fact.estimator,
    scheme: design.scheme,
    // of a part of the images drawn, in images drawn, as all that is fitted
    analyticSlope: fact.analyticSlope === null ? null : fact.analyticSlope / (fact.part?.share ?? 1),
    referenceBias: fact.referenceBias,
    isPaired: fact.isPaired,
    ...defined({ drawnBy: fact.drawnBy, part: fact.part }),
    limitInterval: fact.limits[result.id] ?? null,
    draws,
    warnings:
      missing === undefined
        ? []
        : [
            {
              code: 'UNDEFINED_AT_N',
              message: `${metricLabel(result.id)} at n = ${countText(missing.sampleSize)}: ${missing.reason}`,
            },
          ],
  });
}

function distinct(facts: readonly ConditionMetadata[]): StudyReport['warnings'] {
  const all = facts.flatMap(({ warnings }) => warnings);
  return [...new Map(all.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}

/** Items by key, both in the order of first appearance. */
function groupedBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** How each metric answers to each family of distortions, on each set, at the largest size; level 0 is the plain set. */
function studyResponses(curves: readonly StudyCurve[]): readonly StudyResponse[] {
  const distorted = curves.filter(({ distortion }) => distortion !== 'none');
  const keys = new Map(
    distorted.map(({ metric, arm, distortion }) => [
      JSON.stringify([metric, arm, distortion]),
      { metric, arm, distortion },
    ]),
  );
  return [...keys.values()].flatMap(({ metric, arm, distortion }) => {
    const family = curves.filter(
      (curve) =>
        curve.metric === metric &&
        curve.arm === arm &&
        (curve.distortion === distortion || curve.distortion === 'none'),
    );
    const direction = family[0]!.direction;
    const largest = leastOf(family.map(({ points }) => points.at(-1)?.sampleSize ?? 0));
    const levels = family
      .flatMap(({ level, points }) => {
        const point = points.find(({ sampleSize }) => sampleSize === largest);
        return point === undefined ? [] : [{ level, value: point.mean }];
      })
      .sort((a, b) => a.level - b.level);
    if (levels.length < 2) return [];
    return [
      { metric, direction, arm, distortion, levels, response: distortionResponse(levels, { direction }) },
    ];
  });
}

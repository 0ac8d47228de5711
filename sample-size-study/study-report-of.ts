import { VERSION } from '../encoders/version.js';
import type { MetricDefinition, ResultDefinition } from '../metrics/metric-definition.js';
import { metricLabel } from '../metrics/metric-label.js';
import { countText } from '../metrics/numerics/number-text.js';
import type { CellFacts } from './cell-facts.js';
import { groupedBy } from './grouped-by.js';
import { studyCosts } from './study-costs.js';
import { studyCurve } from './study-curve.js';
import type { StudyDesign } from './study-design.js';
import { studyRankings } from './study-rankings.js';
import type { StudyCurve, StudyReport } from './study-report.js';
import { studyResponses } from './study-responses.js';
import type { StudyRow } from './study-row.js';
import { studySummary } from './study-summary.js';

/** The report of a study's rows: nothing in it but the rows, the facts and the design. */
export function studyReportOf({
  design,
  metrics,
  rows,
  facts,
}: {
  readonly design: StudyDesign;
  readonly metrics: readonly MetricDefinition[];
  readonly rows: readonly StudyRow[];
  readonly facts: readonly CellFacts[];
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
  const rankings = studyRankings(curves);
  return {
    schema: 'steadfid/study/1',
    version: VERSION,
    design,
    curves,
    responses,
    rankings,
    costs: studyCosts(curves, { metrics, design }),
    summary: studySummary({ curves, responses, rankings, referenceSize: design.referenceSize }),
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
  }: { readonly fact: CellFacts; readonly result: ResultDefinition; readonly design: StudyDesign },
): StudyCurve {
  const bySize = groupedBy(rows, ({ sampleSize }) => sampleSize);
  const draws = [...bySize.entries()]
    .sort(([a], [b]) => a - b)
    .map(([sampleSize, own]) => ({
      sampleSize,
      values: own.map(({ value }) => value).filter((value) => value !== null),
    }))
    .filter(({ values }) => values.length > 0);
  const missing = rows.find(({ value }) => value === null);
  return studyCurve({
    metric: result.id,
    direction: result.direction,
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
    analyticSlope: fact.analyticSlope,
    referenceBias: fact.referenceBias,
    isPaired: fact.isPaired,
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

function distinct(facts: readonly CellFacts[]): StudyReport['warnings'] {
  const all = facts.flatMap(({ warnings }) => warnings);
  return [...new Map(all.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}

import { defined } from '../defined.js';
import { METRICS } from '../metrics/metric-catalog.js';
import type { MetricDefinition, MetricValue } from '../metrics/metric-definition.js';
import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { mean } from '../numerics/mean-and-variance.js';
import { countText } from '../numerics/number-text.js';
import { normalProbability, studentProbability } from '../numerics/student-t.js';
import type { Classes } from './common-classes.js';
import type { ClassMetric, ClassValue } from './score-report.js';

/** Whether classes can be ranked by a number: one of the generated set alone has no reference to say which class is the better. */
export function isRankedByClass({ protocol }: Pick<ClassMetric, 'protocol'>): boolean {
  return METRICS.find(({ id }) => id === protocol)?.sides !== 'generated';
}

/** Why classes have no rank by a number; undefined where they have one. */
function unrankedReason({ sides, uses }: MetricDefinition): string | undefined {
  if (sides !== 'generated') return undefined;
  const ofLogits = '; a low score within a class means that the network is sure of the class';
  return `no rank and no test: without a reference, nothing says which class is better${uses === 'logits' ? ofLogits : ''}`;
}

/** A number of one class. */
export type LabeledValue = MetricValue & { readonly label: string };

/** What a class is ranked and tested by: the bias-corrected estimate where there is one. */
export function estimateOf({ value, interval }: MetricValue | ClassValue): number {
  return interval?.of === 'limit' ? (interval.unclippedEstimate ?? interval.estimate ?? value!) : value!;
}

/** The variance of that estimate; of a bias-corrected one with what its correction may miss. */
function varianceOf({ standardError, interval }: MetricValue): number {
  const missed = interval?.of === 'limit' ? (interval.jackknifeDisagreement ?? 0) : 0;
  return standardError! ** 2 + missed ** 2;
}

/** Degrees of freedom of a jackknife over 20 groups; other errors are taken as known. */
const JACKKNIFE_FREEDOM = 19;

/** Two-sided p that an estimate equals the mean of the others, whose images are none of its own. */
function probabilityOf(
  own: LabeledValue,
  others: readonly LabeledValue[],
): { readonly p: number; readonly difference: number } {
  const difference = estimateOf(own) - mean(others.map(estimateOf))!;
  // an estimate that came out low has an error that came out low: one class is no surer than the others are
  const ofOthers = mean(others.map(varianceOf))!;
  const error = Math.sqrt(Math.max(varianceOf(own), ofOthers) + ofOthers / others.length);
  if (error === 0) return { p: difference === 0 ? 1 : 0, difference };
  const t = Math.abs(difference) / error;
  const isJackknife = own.interval?.procedure.kind === 'jackknife';
  const within = isJackknife ? studentProbability(t, JACKKNIFE_FREEDOM) : normalProbability(t);
  return { p: Math.max(0, 1 - within), difference };
}

const SIGNIFICANCE = 0.05;

/** Why classes are not tested: their n differ, and the number depends on n. */
function unequalReason(
  { isUnbiased }: MetricDefinition,
  known: readonly LabeledValue[],
  { classes }: Classes,
): string | undefined {
  const own = classes.filter(({ label }) => known.some((one) => one.label === label));
  const differ = own.some(
    ({ reference, generated }) => reference !== own[0]!.reference || generated !== own[0]!.generated,
  );
  const isCorrected = isUnbiased || known.every(({ interval }) => interval?.of === 'limit');
  if (!differ || isCorrected) return undefined;
  return 'no test: the metric is biased at this n, and classes have unequal n';
}

export function classMetric(
  metric: MetricDefinition,
  { id, direction }: Pick<MetricDefinition['results'][number], 'id' | 'direction'>,
  values: readonly LabeledValue[],
  classes: Classes,
): ClassMetric {
  const known = values.filter(({ value }) => value !== null);
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const unranked = unrankedReason(metric);
  const ordered =
    unranked === undefined ? [...known].sort((a, b) => sign * (estimateOf(b) - estimateOf(a))) : known;
  const untested = unranked ?? unequalReason(metric, known, classes);
  const tested =
    untested === undefined ? ordered.filter(({ standardError }) => standardError !== undefined) : [];
  const found =
    tested.length < 2
      ? []
      : tested.map((one) =>
          probabilityOf(
            one,
            tested.filter((other) => other !== one),
          ),
        );
  const adjusted = holmAdjusted(found.map(({ p }) => p));
  const missing = values.length - known.length;
  const reasons = [
    ...(missing === 0
      ? []
      : [`no mean: ${countText(missing)} of ${countText(values.length)} classes have no value`]),
    ...(untested === undefined ? [] : [untested]),
  ];
  return {
    metric: id,
    protocol: metric.id,
    direction,
    mean: missing > 0 ? null : (mean(known.map(({ value }) => value!)) ?? null),
    reasons,
    values: [...ordered, ...values.filter(({ value }) => value === null)].map((one): ClassValue => {
      const at = tested.indexOf(one);
      const test = found[at];
      const pHolm = test === undefined ? null : adjusted[at]!;
      return {
        label: one.label,
        value: one.value,
        ...defined({ reason: one.reason }),
        standardError: one.standardError ?? null,
        interval: one.interval ?? null,
        p: test?.p ?? null,
        pHolm,
        against:
          pHolm === null
            ? null
            : pHolm > SIGNIFICANCE
              ? 'not significant'
              : sign * test!.difference > 0
                ? 'worse'
                : 'better',
      };
    }),
  };
}

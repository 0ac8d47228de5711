import { defined } from '../defined.js';
import { VERSION } from '../encoders/encoder.js';
import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { countText } from '../numerics/number-text.js';
import { studentQuantile } from '../numerics/student-t.js';
import { DEGREES_OF_FREEDOM, differenceProbability, errorAt, finalValues } from './final-values.js';
import { type NamedStudy, pairedCurves } from './paired-curves.js';
import { type StabilityComparison, stabilityComparison } from './stability-comparison.js';
import type { StudyCurve, StudyReport } from './study-report.js';

/** Two values side by side, second less first. */
export interface ValueDifference {
  readonly first: number;
  readonly second: number;
  readonly difference: number;
  /** of the difference; null where the errors are unknown */
  readonly standardError: number | null;
  /** 95 % of the difference */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** One curve of both studies. */
export interface CurveDifference {
  readonly metric: string;
  readonly direction: StudyCurve['direction'];
  readonly origin: StudyCurve['encoder']['origin'];
  /** its name in either study */
  readonly arms: readonly [string, string];
  readonly distortion: string;
  readonly level: number;
  /** of the limits, where both curves are lines in 1/n and have an interval; else of the means at the largest common size */
  readonly final: ValueDifference & { readonly is: 'limit' | 'largest-size'; readonly sampleSize: number };
  /** of no difference, adjusted for all curves compared; null without a standard error */
  readonly pValue: number | null;
  /** which study is better, where the p value is below 0.05 and the metric has a direction */
  readonly better: 'first' | 'second' | null;
  /** at every size that both have */
  readonly sizes: readonly (ValueDifference & { readonly sampleSize: number })[];
}

/** Two studies side by side: schema `steadfid/study-comparison/1`. */
export interface StudyComparison {
  readonly schema: 'steadfid/study-comparison/1';
  readonly version: string;
  readonly first: { readonly source: string; readonly design: StudyReport['design'] };
  readonly second: { readonly source: string; readonly design: StudyReport['design'] };
  readonly curves: readonly CurveDifference[];
  /** what only one study has, in words */
  readonly left: readonly string[];
  /** of studies with filters: how filtering acts in either */
  readonly stability?: StabilityComparison | undefined;
  /** which study is unfinished; left out where both are finished */
  readonly warnings?: readonly string[] | undefined;
}

const LEVEL = 0.95;

/**
 * Differences of two studies, with their intervals. Errors count as independent: sets that share images (before and after
 * filtering) or a reference differ less than that, and what is said to differ does.
 *
 * @throws ProvenanceError UNLIKE_REPORTS where encoder, preprocessing, reference, scheme or parameters differ, or no set, metric
 * or size is common
 */
export function studyComparison(first: NamedStudy, second: NamedStudy): StudyComparison {
  const { pairs, left } = pairedCurves(first, second);
  const stability = stabilityComparison(first.report, second.report);
  const warnings = [first, second].flatMap(unfinishedText);
  const drafts = pairs.map(([one, other]) => curveDifference(one, other));
  const adjusted = holmAdjusted(drafts.map(({ final }) => differenceProbability(final)));
  return {
    schema: 'steadfid/study-comparison/1',
    version: VERSION,
    first: { source: first.source, design: first.report.design },
    second: { source: second.source, design: second.report.design },
    curves: drafts.map(({ sizes, ...draft }, index) => ({
      ...draft,
      pValue: draft.final.standardError === null ? null : adjusted[index]!,
      better: adjusted[index]! < 1 - LEVEL ? better(draft) : null,
      sizes,
    })),
    left,
    ...defined({ stability }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function unfinishedText({ source, report: { progress } }: NamedStudy): readonly string[] {
  if (progress === undefined) return [];
  const { done, total } = progress;
  return [
    `${source} is unfinished: ${countText(done)} of ${countText(total)} draws; its numbers will change`,
  ];
}

function curveDifference(first: StudyCurve, second: StudyCurve): Omit<CurveDifference, 'pValue' | 'better'> {
  const { metric, direction, encoder, distortion, level } = first;
  const common = first.points
    .map(({ sampleSize }) => sampleSize)
    .filter((size) => second.points.some(({ sampleSize }) => sampleSize === size));
  const largest = common.at(-1)!;
  const { rankedBy, final, errors } = finalValues([first, second], largest);
  const meanAt = ({ points }: StudyCurve, size: number) =>
    points.find(({ sampleSize }) => sampleSize === size)!.mean;
  return {
    metric,
    direction,
    origin: encoder.origin,
    arms: [first.arm, second.arm],
    distortion,
    level,
    final: { is: rankedBy, sampleSize: largest, ...difference(final, errors) },
    sizes: common.map((sampleSize) => ({
      sampleSize,
      ...difference(
        [first, second].map((curve) => meanAt(curve, sampleSize)),
        [first, second].map((curve) => errorAt(curve, sampleSize)),
      ),
    })),
  };
}

function difference(values: readonly number[], errors: readonly (number | null)[]): ValueDifference {
  const [first, second] = values as [number, number];
  const [one, other] = errors as [number | null, number | null];
  const standardError = one === null || other === null ? null : Math.hypot(one, other);
  const middle = second - first;
  const half = (standardError ?? 0) * studentQuantile((1 + LEVEL) / 2, DEGREES_OF_FREEDOM);
  return {
    first,
    second,
    difference: middle,
    standardError,
    interval: standardError === null ? null : { low: middle - half, high: middle + half },
  };
}

function better({
  direction,
  final,
}: Pick<CurveDifference, 'direction' | 'final'>): CurveDifference['better'] {
  return final.difference < 0 === (direction === 'lower-is-better') ? 'second' : 'first';
}

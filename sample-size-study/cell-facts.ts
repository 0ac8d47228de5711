import type { EncoderIdentity } from '../encoders/encoder.js';
import type { Warning } from '../encoders/warning.js';
import { EvaluationError } from '../errors.js';
import { frechetBiasSlope } from '../metrics/frechet-bias.js';
import type { Comparison, MetricDefinition, Parameters } from '../metrics/metric-definition.js';
import type { Algebra } from '../metrics/numerics/algebra.js';
import { compensatedSum } from '../metrics/numerics/compensated-sum.js';
import { momentsOfSet } from '../metrics/set-gaussian.js';
import { isFrechet } from './cell-curves.js';
import type { StudyCell } from './study-cells.js';
import type { LimitInterval } from './study-report.js';

/** What is known of one metric on one cell beside its rows: a line of `facts.jsonl`. */
export interface CellFacts {
  /** id of the metric that was asked for */
  readonly protocol: string;
  readonly arm: string;
  readonly distortion: string;
  readonly level: number;
  readonly encoder: EncoderIdentity;
  readonly dimension: number | null;
  readonly poolSize: number;
  readonly referenceSize: number;
  /** what the rows hold, in words */
  readonly estimator: string;
  /** by the id of the number; undistorted arms only */
  readonly limits: Readonly<Record<string, LimitInterval>>;
  /** Fréchet distances of undistorted arms only */
  readonly analyticSlope: number | null;
  readonly warnings: readonly Warning[];
}

const LEVEL = 0.95;

/**
 * Facts of a cell: where its numbers come from and, for plain arms, the limit with the reference held fixed, and the slope
 * of the bias that Gaussian embeddings of the same covariance would have.
 */
export async function cellFacts(
  {
    cell,
    metric,
    sets,
    parameters,
    estimator,
  }: {
    readonly cell: StudyCell;
    readonly metric: MetricDefinition;
    readonly sets: Comparison;
    readonly parameters: Parameters;
    readonly estimator: string;
  },
  algebra: Algebra,
): Promise<CellFacts> {
  const isPlain = cell.arm !== null && cell.distortion === 'none';
  const { generated, reference } = sets;
  return {
    protocol: metric.id,
    arm: cell.name,
    distortion: cell.distortion,
    level: cell.level,
    encoder: generated.encoder,
    dimension: metric.uses === 'logits' ? null : (generated.embeddings?.d ?? null),
    poolSize: generated.n ?? 0,
    referenceSize: reference.n ?? 0,
    estimator,
    limits: isPlain ? await limits(metric, sets, parameters, algebra) : {},
    analyticSlope: isPlain && isFrechet(metric) ? await analyticSlope(metric, sets, algebra) : null,
    warnings: generated.warnings,
  };
}

/** A Fréchet distance's reference is handed over as statistics, which a jackknife leaves alone. */
async function limits(
  metric: MetricDefinition,
  sets: Comparison,
  parameters: Parameters,
  algebra: Algebra,
): Promise<CellFacts['limits']> {
  const reference = isFrechet(metric)
    ? { ...sets.reference, moments: await momentsOfSet(sets.reference, metric.id, algebra), embeddings: null }
    : sets.reference;
  try {
    const values = await metric.evaluate({ ...sets, reference }, parameters, {
      interval: { level: LEVEL },
      algebra,
    });
    return Object.fromEntries(
      values.flatMap(({ id, value, interval, standardError }) => {
        if (value === null || interval === undefined || standardError === undefined) return [];
        const { low, high, level, method, estimate = value } = interval;
        return [[id, { estimate, standardError, low, high, level, method }]];
      }),
    );
  } catch (error) {
    if (error instanceof EvaluationError && error.code === 'TOO_FEW_SAMPLES') return {};
    throw error;
  }
}

async function analyticSlope(
  metric: MetricDefinition,
  sets: Comparison,
  algebra: Algebra,
): Promise<number | null> {
  if ((sets.generated.n ?? 0) < 2) return null;
  const { covariance, d } = await momentsOfSet(sets.generated, metric.id, algebra);
  const eigenvalues = await algebra.symmetricEigenvalues(covariance, d);
  const spectrum = eigenvalues.map((value) => Math.max(0, value));
  return frechetBiasSlope(spectrum, compensatedSum(spectrum));
}

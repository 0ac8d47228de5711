import { unknownNameError } from '../encoders/unknown-name-error.js';
import type { MetricDefinition } from './metric-definition.js';
import { fidInfinity, isInfinity } from './records/at-infinity.js';
import { calibratedL2 } from './records/calibrated-distance.js';
import { cmmdBiased, cmmdUnbiased } from './records/cmmd.js';
import { ct } from './records/data-copying.js';
import { mind, vendi } from './records/diversity.js';
import { fScore } from './records/f-score.js';
import { fld } from './records/feature-likelihood.js';
import { clipFid, fdDinov2, fid, fidClean, fidTf, sfid } from './records/frechet.js';
import { is } from './records/inception-score.js';
import { kid, kidAllPairs, kidRbf } from './records/kernel-inception-distance.js';
import { authPct, prdc, precisionRecall } from './records/manifold.js';
import { realism } from './records/realism.js';

/** Every metric that there is, in the order in which lists show them. */
export const METRICS: readonly MetricDefinition[] = [
  fid,
  fidTf,
  fidClean,
  clipFid,
  fdDinov2,
  sfid,
  is,
  kid,
  kidAllPairs,
  kidRbf,
  cmmdUnbiased,
  cmmdBiased,
  precisionRecall,
  fScore,
  prdc,
  realism,
  fidInfinity,
  isInfinity,
  mind,
  vendi,
  authPct,
  calibratedL2,
  ct,
  fld,
];

/**
 * The record of a metric.
 *
 * @throws OptionError UNKNOWN_METRIC with the nearest known id and all that there are
 * @example
 * metricById('fid').title; // 'Fréchet Inception Distance'
 */
export function metricById(id: string): MetricDefinition {
  const metric = METRICS.find((known) => known.id === id);
  if (metric === undefined) {
    throw unknownNameError('UNKNOWN_METRIC', {
      where: '--metric',
      what: 'metric',
      name: id,
      known: METRICS.map((known) => known.id),
    });
  }
  return metric;
}

const LABELS = new Map(METRICS.flatMap(({ results }) => results.map(({ id, label }) => [id, label])));

/** A number as people call it, in every table and sentence: `FID` for `fid`. Options, JSON and CSV have the id. */
export function metricLabel(id: string): string {
  return LABELS.get(id) ?? id;
}

/** Metrics that are named where a network has more. */
const NAMED = 5;

/** Which metrics are defined on a network, as lists of networks say it: `cmmd, cmmd-v`, or that any metric may take it. */
export function metricsOn(encoder: string): string {
  const ids = METRICS.filter((metric) => metric.encoder === encoder).map(({ id }) => id);
  if (ids.length === 0) return 'any metric by --encoder';
  const rest = ids.length - NAMED;
  return rest > 1 ? `${ids.slice(0, NAMED).join(', ')} and ${rest} others` : ids.join(', ');
}

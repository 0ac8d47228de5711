import { OptionError } from '../errors.js';
import { METRICS } from '../metrics/metric-catalog.js';
import type { MetricDefinition, Parameters } from '../metrics/metric-definition.js';
import { parameterName } from '../metrics/metric-parameters.js';
import { FLAGGED_PARAMETERS } from '../metrics/records/parameters.js';
import { listText } from '../numerics/number-text.js';
import type { ScoreRequest, ScoreSide } from './score-request.js';

/** @throws OptionError CONFLICTING_OPTIONS for a held-out set that none of the metrics takes */
function requireHeldOutTaken(metrics: readonly MetricDefinition[], heldOut: ScoreSide | undefined): void {
  if (heldOut === undefined || metrics.some((metric) => metric.heldOut === 'needed')) return;
  const taking = METRICS.filter((metric) => metric.heldOut === 'needed').map(({ id }) => id);
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: '--held-out',
    expected: 'none of the metrics takes it',
    received: metrics.map(({ id }) => id).join(', '),
    help: `Add --metric ${taking.join(',')}, or leave it out.`,
  });
}

/** @throws OptionError CONFLICTING_OPTIONS for a parameter that none of the metrics knows */
function requireKnownParameters(metrics: readonly MetricDefinition[], given: Parameters): void {
  for (const name of Object.keys(given)) {
    if (metrics.some(({ parameters }) => name in parameters)) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: parameterName(name, FLAGGED_PARAMETERS[name]),
      expected: `none of the metrics takes it`,
      received: metrics.map(({ id }) => id).join(', '),
      help: 'Add the metric that it belongs to, or leave it out.',
    });
  }
}

/** @throws OptionError OUT_OF_RANGE naming a metric that compares two sets */
function requireNoReferenceNeeded(metrics: readonly MetricDefinition[]): void {
  const pair = metrics.find(({ sides }) => sides === 'both');
  if (pair === undefined) return;
  const alone = METRICS.filter(({ sides }) => sides === 'generated').map(({ id }) => id);
  throw new OptionError('OUT_OF_RANGE', {
    where: 'score',
    expected: `needs a reference and a generated set for ${pair.id}`,
    received: 'one set',
    help: `Give both; ${listText(alone)} look at the generated set alone.`,
  });
}

/**
 * That the parameters, the held-out set and the sides of a request go with its metrics.
 *
 * @throws OptionError CONFLICTING_OPTIONS, OUT_OF_RANGE
 */
export function requireConsistentRequest(metrics: readonly MetricDefinition[], request: ScoreRequest): void {
  requireKnownParameters(metrics, request.parameters ?? {});
  requireHeldOutTaken(metrics, request.heldOut);
  if (request.reference === undefined) requireNoReferenceNeeded(metrics);
}

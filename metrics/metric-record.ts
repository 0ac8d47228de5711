import { defined } from '../defined.js';
import { unknownNameError } from '../encoders/unknown-name-error.js';
import { OptionError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { interruptibleAlgebra, openAlgebra } from '../numerics/open-algebra.js';
import { requireLikeProvenance } from './comparable-sets.js';
import type {
  Comparison,
  EvaluationRequest,
  ImageCounts,
  MetricDefinition,
  MetricValue,
  Parameters,
} from './metric-definition.js';
import { collapseWarnings, sizeWarnings } from './size-warnings.js';
import {
  lossyWarnings,
  repetitionWarnings,
  sharedWarnings,
  withoutIndependenceClaims,
  withWarnings,
} from './warnings.js';

/** What a record computes from, once everything that can be checked beforehand has been. */
export interface Evaluation {
  readonly sets: Comparison;
  /** the record's, and over them the caller's */
  readonly parameters: Parameters;
  readonly algebra: Algebra;
  readonly interval: { readonly level: number } | null;
}

interface MetricRecord extends Omit<MetricDefinition, 'evaluate' | 'requireImages'> {
  /** what `MetricDefinition.requireImages` says, by complete parameters; left out where one image is enough */
  requireImages?(counts: ImageCounts, parameters: Parameters): void;
  compute(evaluation: Evaluation): Promise<readonly MetricValue[]>;
}

/** Parameters that commands have a flag for; the others can be set where the library is called. */
const FLAGGED: ReadonlySet<string> = new Set(['cmmdForm', 'kidSubsetSize', 'kidSubsets', 'seed']);

/** A parameter as its caller sets it: `--kid-subset-size`, or `parameters.vendiOrder`. */
export function parameterName(parameter: string): string {
  if (!FLAGGED.has(parameter)) return `parameters.${parameter}`;
  return `--${parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A parameter as it was before a report wrote it: JSON has no infinite number, so that one is the word. */
function readParameter(own: Parameters[string] | undefined, value: Parameters[string]): Parameters[string] {
  return typeof own === 'number' && value === 'Infinity' ? Number.POSITIVE_INFINITY : value;
}

/** The record's parameters with the caller's over them; each must be known, and of the same type. */
function merged(record: MetricRecord, given: Parameters): Parameters {
  const read: Record<string, number | string> = { ...record.parameters };
  for (const [name, written] of Object.entries(given)) {
    const own = record.parameters[name];
    const value = readParameter(own, written);
    if (own === undefined) {
      throw unknownNameError('UNKNOWN_PARAMETER', {
        where: `--metric ${record.id}`,
        what: 'parameter',
        name,
        known: Object.keys(record.parameters),
      });
    }
    if (typeof own !== typeof value || Number.isNaN(value)) {
      throw new OptionError('OUT_OF_RANGE', {
        where: parameterName(name),
        expected: typeof own === 'number' ? 'must be a number' : 'must be a word',
        received: String(value),
      });
    }
    read[name] = value;
  }
  return read;
}

/**
 * A record as the catalog offers it: parameters are completed and checked, then the sets' provenance (unless one side alone
 * is looked at), and only then is anything computed. Here, and nowhere else, a number that is not finite becomes null with a reason.
 *
 * @throws ProvenanceError UNLIKE_EMBEDDINGS, OptionError UNKNOWN_PARAMETER, OUT_OF_RANGE
 */
export function metricDefinition(record: MetricRecord): MetricDefinition {
  const { compute, ...definition } = record;
  return {
    ...definition,
    requireImages(counts: ImageCounts, given: Parameters) {
      record.requireImages?.(counts, merged(record, given));
    },
    async evaluate(sets: Comparison, given: Parameters, request: EvaluationRequest = {}) {
      const parameters = merged(record, given);
      requireLevel(request);
      if (record.sides === 'both') requireLikeProvenance(sets);
      const engine = request.algebra ?? (await openAlgebra());
      const algebra = request.signal === undefined ? engine : interruptibleAlgebra(engine, request.signal);
      const computed = await compute({ sets, parameters, algebra, interval: request.interval ?? null });
      const values = computed.map(finiteValue);
      if (record.sides === 'generated') {
        const doubts = [...collapseWarnings([sets.generated]), ...repetitionWarnings([sets.generated])];
        return values.map((value) => withWarnings(value, doubts));
      }
      const doubts = [
        ...collapseWarnings([sets.reference, sets.generated]),
        ...lossyWarnings(sets),
        ...sizeWarnings(sets),
        ...repetitionWarnings([sets.reference, sets.generated]),
        ...sharedWarnings(sets),
      ];
      return values.map((value) => withWarnings(withoutIndependenceClaims(value, sets), doubts));
    },
  };
}

/** Why a number is null that came out as none. */
export const OVERFLOW =
  'the embeddings are too large or too small for float64: an intermediate result overflowed';

/** A number that overflow has left without meaning is null with the reason, and so is what stands beside it. */
function finiteValue(given: MetricValue): MetricValue {
  const { value, spread, standardError, interval, ...rest } = given;
  if (value === null) return given;
  if (!Number.isFinite(value)) return { ...rest, value: null, reason: `${OVERFLOW} (${value})` };
  const { low = 0, high = 0, estimate = 0 } = interval ?? {};
  const estimated = [standardError ?? 0, low, high, estimate].every(Number.isFinite);
  const scored = { ...rest, value, ...(Number.isFinite(spread?.value) ? { spread: spread! } : {}) };
  if (!estimated) return withWarnings(scored, [{ code: 'NO_INTERVAL', message: `no interval: ${OVERFLOW}` }]);
  return {
    ...scored,
    ...defined({ standardError, interval }),
  };
}

function requireLevel({ interval }: EvaluationRequest): void {
  if (interval !== undefined && !(interval.level > 0 && interval.level < 1)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: '--interval',
      expected: 'the level must lie between 0 and 1',
      received: String(interval.level),
      help: 'Usual levels are 0.95 and 0.9.',
    });
  }
}

/**
 * A parameter that counts something.
 *
 * @throws OptionError OUT_OF_RANGE, by its name, unless it is a whole number of at least `least`
 */
export function wholeParameter(parameters: Parameters, name: string, least: number): number {
  const value = parameters[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new OptionError('OUT_OF_RANGE', {
      where: parameterName(name),
      expected: `must be a whole number, at least ${least}`,
      received: String(value),
    });
  }
  return value;
}

/** The given parameters that a metric knows. */
export function ownParameters(metric: MetricDefinition, given: Parameters): Parameters {
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in metric.parameters));
}

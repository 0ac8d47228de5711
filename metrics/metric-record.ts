import { unknownNameError } from '../encoders/unknown-name-error.js';
import { OptionError } from '../errors.js';
import { requireLikeProvenance } from './comparable-sets.js';
import type {
  Comparison,
  EvaluationRequest,
  MetricDefinition,
  MetricValue,
  Parameters,
} from './metric-definition.js';
import type { Algebra } from './numerics/algebra.js';
import { openAlgebra } from './numerics/open-algebra.js';
import { duplicateWarnings, lossyWarnings, withWarnings } from './score-warnings.js';

/** What a record computes from, once everything that can be checked beforehand has been. */
export interface Evaluation {
  readonly sets: Comparison;
  /** the record's, and over them the caller's */
  readonly parameters: Parameters;
  readonly algebra: Algebra;
  readonly interval: { readonly level: number } | null;
}

export interface MetricRecord extends Omit<MetricDefinition, 'evaluate'> {
  compute(evaluation: Evaluation): Promise<readonly MetricValue[]>;
}

/** `kidSubsetSize` as it is typed: `--kid-subset-size`. */
export function flagOf(parameter: string): string {
  return `--${parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The record's parameters with the caller's over them; each must be known, and of the same type. */
function merged(record: MetricRecord, given: Parameters): Parameters {
  for (const [name, value] of Object.entries(given)) {
    const own = record.parameters[name];
    if (own === undefined) {
      throw unknownNameError('UNKNOWN_PARAMETER', {
        where: `--metric ${record.id}`,
        what: 'parameter',
        name,
        known: Object.keys(record.parameters),
      });
    }
    if (typeof own !== typeof value || (typeof value === 'number' && !Number.isFinite(value))) {
      throw new OptionError('OUT_OF_RANGE', {
        where: flagOf(name),
        expected: typeof own === 'number' ? 'must be a number' : 'must be a word',
        received: String(value),
      });
    }
  }
  return { ...record.parameters, ...given };
}

/**
 * A record as the catalog offers it: parameters are completed and checked, then the sets' provenance (unless one side alone
 * is looked at), and only then is anything computed.
 *
 * @throws ProvenanceError UNLIKE_EMBEDDINGS, OptionError UNKNOWN_PARAMETER, OUT_OF_RANGE
 */
export function metricDefinition(record: MetricRecord): MetricDefinition {
  const { compute, ...definition } = record;
  return {
    ...definition,
    async evaluate(sets: Comparison, given: Parameters, request: EvaluationRequest = {}) {
      const parameters = merged(record, given);
      requireLevel(request);
      if (record.sides === 'both') requireLikeProvenance(sets);
      const algebra = request.algebra ?? (await openAlgebra());
      const values = await compute({ sets, parameters, algebra, interval: request.interval ?? null });
      if (record.sides === 'generated') return values;
      const doubts = [...lossyWarnings(sets), ...duplicateWarnings(sets)];
      return values.map((value) => withWarnings(value, doubts));
    },
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
 * @throws OptionError OUT_OF_RANGE, by its flag, unless it is a whole number of at least `least`
 */
export function wholeParameter(parameters: Parameters, name: string, least: number): number {
  const value = parameters[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new OptionError('OUT_OF_RANGE', {
      where: flagOf(name),
      expected: `must be a whole number, at least ${least}`,
      received: String(value),
    });
  }
  return value;
}

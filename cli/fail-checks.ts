import { unknownNameError } from '../encoders/unknown-name-error.js';
import { OptionError } from '../errors.js';
import { METRICS } from '../metrics/metric-catalog.js';
import { numberText } from '../numerics/number-text.js';
import type { ScoreResult } from '../scoring/score-report.js';
import type { Threshold } from './flags.js';

/** Limits that the user sets to results. */
export interface FailLimits {
  readonly failAbove: readonly Threshold[];
  readonly failBelow: readonly Threshold[];
}

function isResult(id: string): boolean {
  return METRICS.some(({ results }) => results.some((result) => result.id === id));
}

/**
 * Before any work: that each limit is of a result which there will be.
 *
 * @throws OptionError UNKNOWN_METRIC naming the flag; CONFLICTING_OPTIONS for a result that the run does not compute
 */
export function requireKnownLimits({ failAbove, failBelow }: FailLimits, known: readonly string[]): void {
  for (const [flag, thresholds] of [
    ['--fail-above', failAbove],
    ['--fail-below', failBelow],
  ] as const) {
    for (const { result } of thresholds) {
      if (!known.includes(result) && isResult(result)) {
        throw new OptionError('CONFLICTING_OPTIONS', {
          where: flag,
          expected: 'must name a result of this run',
          received: `${result}, and the run gives ${known.join(', ')}`,
          help: `Add its metric to --metric, or leave the limit out.`,
        });
      }
      if (!known.includes(result)) {
        throw unknownNameError('UNKNOWN_METRIC', {
          where: flag,
          what: 'result of this run',
          name: result,
          known,
        });
      }
    }
  }
}

/** A sentence for each limit that a result is beyond. A result without a value is beyond none. */
export function failedChecks(
  results: readonly Pick<ScoreResult, 'metric' | 'value'>[],
  { failAbove, failBelow }: FailLimits,
): readonly string[] {
  const valuesOf = (id: string): number[] =>
    results.flatMap(({ metric, value }) => (metric === id && value !== null ? [value] : []));
  return [
    ...failAbove.flatMap(({ result, limit }) =>
      valuesOf(result)
        .filter((value) => value > limit)
        .map((value) => `--fail-above: ${result} is ${shown(value, limit)}, above ${limit}.`),
    ),
    ...failBelow.flatMap(({ result, limit }) =>
      valuesOf(result)
        .filter((value) => value < limit)
        .map((value) => `--fail-below: ${result} is ${shown(value, limit)}, below ${limit}.`),
    ),
  ];
}

/** A value that its digits would not tell from the limit has them all. */
function shown(value: number, limit: number): string {
  return numberText(value) === numberText(limit) ? String(value) : numberText(value);
}

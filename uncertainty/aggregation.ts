import { unknownNameError } from '../encoders/unknown-name-error.js';
import { OptionError } from '../errors.js';
import { AGGREGATION_FAMILIES, type AggregationFamily } from './aggregation-catalog.js';
import type { WeightMap } from './aggregations/masked-statistics.js';
import type { PixelMap } from './pixel-map.js';

/** From one map to one number, by its name. */
export type Aggregation =
  | {
      readonly id: string;
      readonly formula: string;
      readonly needs: 'map';
      value(map: PixelMap): number | undefined;
    }
  | {
      readonly id: string;
      readonly formula: string;
      readonly needs: 'weights';
      value(map: PixelMap, weights: WeightMap): number | undefined;
    };

/** The aggregations of `uncertainty` where none is named. */
export const DEFAULT_AGGREGATIONS: readonly string[] = ['sum', 'patch-max', 'mean', 'q95'];

function outOfRange(id: string, { form, parameterRange }: AggregationFamily): OptionError {
  return new OptionError('OUT_OF_RANGE', {
    where: '--aggregate',
    expected: `the number in ${form} must be ${parameterRange![0] > 0 ? 'above 0 and at most' : 'from 0 to'} ${parameterRange![1]}`,
    received: `"${id}"`,
  });
}

/**
 * The aggregation of that name.
 *
 * @param id  a form of `AGGREGATION_FAMILIES` with its number: `sum`, `patch-max`, `patch-max-16`, `q95`, `top5`, …
 * @throws OptionError UNKNOWN_AGGREGATION if there is no such form, OUT_OF_RANGE if its number is impossible
 *
 * @example
 * aggregation('q50').value({ height: 1, width: 3, data: Float64Array.of(9, 1, 2) }); // 2
 */
export function aggregation(id: string): Aggregation {
  for (const family of AGGREGATION_FAMILIES) {
    const match = family.pattern.exec(id);
    if (match === null) continue;
    const parameter = match[1] === undefined ? undefined : Number(match[1]);
    const [low, high] = family.parameterRange ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (parameter !== undefined && (parameter < low || parameter > high)) throw outOfRange(id, family);
    const { formula, needs } = family;
    return needs === 'weights'
      ? { id, formula, needs, value: (map, weights) => family.value(map, parameter, weights) }
      : { id, formula, needs, value: (map) => family.value(map, parameter, NO_WEIGHTS) };
  }
  throw unknownNameError('UNKNOWN_AGGREGATION', {
    where: '--aggregate',
    what: 'aggregation',
    name: id,
    known: AGGREGATION_FAMILIES.map(({ form }) => form),
  });
}

const NO_WEIGHTS: WeightMap = { kind: 'weights', height: 0, width: 0, data: new Float64Array() };

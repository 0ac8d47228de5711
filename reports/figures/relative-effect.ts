import { defined } from '../../defined.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';

/** Values this far from 0, in standard deviations of the draws, can be shared by. */
const CLEAR = 2;

/**
 * The same effect in percent of change from what chance gives: at equal n, for each dose, for each share removed. Null where
 * chance gives a value that may be 0 or less, of which a percentage says nothing.
 */
export function relativeEffect(effect: FilterEffect): FilterEffect | null {
  const { random, doses, sparsification } = effect;
  const isClear =
    random.mean > CLEAR * random.standardDeviation &&
    doses.every(({ random: { mean, standardDeviation } }) => mean > CLEAR * standardDeviation) &&
    sparsification.random.every((value) => value > 0);
  if (!isClear) return null;
  const change = (value: number, chance = random.mean) => 100 * (value / chance - 1);
  const { value, interval, standardError } = effect.difference;
  const part = (difference: number) => (100 * difference) / random.mean;
  const among = <T extends { readonly value: number }>(one: T): T => ({ ...one, value: change(one.value) });
  const changes = (values: readonly number[]) =>
    values.map((one, i) => change(one, sparsification.random[i]!));
  return {
    ...effect,
    filtered: change(effect.filtered),
    random: {
      ...random,
      mean: 0,
      standardDeviation: part(random.standardDeviation),
      band: { low: change(random.band.low), high: change(random.band.high) },
      values: random.values.map((one) => change(one)),
    },
    inverse: among(effect.inverse),
    difference: {
      value: part(value),
      standardError: part(standardError),
      interval: { ...interval, low: part(interval.low), high: part(interval.high) },
    },
    controls: effect.controls.map(among),
    residual: 'reason' in effect.residual ? effect.residual : among(effect.residual),
    beyondDetail:
      'reason' in effect.beyondDetail
        ? effect.beyondDetail
        : {
            ...effect.beyondDetail,
            ...defined({
              copy: effect.beyondDetail.copy === undefined ? undefined : change(effect.beyondDetail.copy),
            }),
            test: {
              ...effect.beyondDetail.test,
              mean: change(effect.beyondDetail.test.mean),
              band: {
                low: change(effect.beyondDetail.test.band.low),
                high: change(effect.beyondDetail.test.band.high),
              },
            },
          },
    doses: doses.map((dose) => {
      const of = (one: number) => change(one, dose.random.mean);
      const { mean, standardDeviation, low, high } = dose.random;
      return {
        ...dose,
        filtered: of(dose.filtered),
        inverse: of(dose.inverse),
        random: {
          mean: 0,
          standardDeviation: (100 * standardDeviation) / mean,
          low: of(low),
          high: of(high),
        },
      };
    }),
    sparsification: {
      ...sparsification,
      filtered: changes(sparsification.filtered),
      random: sparsification.random.map(() => 0),
      oracle: sparsification.oracle === null ? null : changes(sparsification.oracle),
    },
  };
}

import { spreadsheetText } from '../../encoders/files/csv-text.js';
import type { CompareReport } from '../../filtering/compare-report.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';

type Cell = string | number | null | undefined;

/** One arm of one effect: what was kept, how many, the value, and how it compares with the random subsets. */
interface Line {
  readonly arm: string;
  /** one of the doses, which have random subsets of their own */
  readonly isDose?: boolean;
  readonly n: number;
  readonly removed: number;
  readonly value: number;
  readonly pTwoSided?: number;
  readonly difference?: FilterEffect['difference'] | null;
}

const HEADER = [
  'score',
  'metric',
  'arm',
  'n',
  'removed',
  'value',
  'random_mean',
  'random_sd',
  'p_lower',
  'p_higher',
  'p_two_sided',
  'p_holm',
  'difference',
  'difference_low',
  'difference_high',
  'draws',
  'verdict',
  'direction',
  'encoder',
  'encoder_origin',
  'seed',
  'version',
];

function lines(effect: FilterEffect): Line[] {
  const { n, unfiltered, filtered, inverse, controls, residual, beyondDetail, doses, difference } = effect;
  const removed = 1 - n / unfiltered.n;
  return [
    { arm: 'unfiltered', n: unfiltered.n, removed: 0, value: unfiltered.value },
    { arm: 'filtered', n, removed, value: filtered, difference },
    { arm: 'inverse', n, removed, value: inverse.value, pTwoSided: inverse.test.pTwoSided },
    ...controls.map(({ control, value, test, difference: less }) => ({
      arm: `control ${control}`,
      n,
      removed,
      value,
      pTwoSided: test.pTwoSided,
      difference: less,
    })),
    ...('reason' in residual
      ? []
      : [{ arm: 'residual', n, removed, value: residual.value, pTwoSided: residual.test.pTwoSided }]),
    ...('reason' in beyondDetail
      ? []
      : [
          {
            arm: 'matched',
            n,
            removed,
            value: beyondDetail.test.mean,
            pTwoSided: beyondDetail.test.pTwoSided,
          },
          ...(beyondDetail.copy === undefined
            ? []
            : [{ arm: 'predicted by detail', n, removed, value: beyondDetail.copy }]),
        ]),
    ...doses.flatMap((dose) => {
      const kept = { isDose: true, n: dose.n, removed: dose.removed };
      return [
        { arm: 'dose', ...kept, value: dose.filtered },
        { arm: 'dose inverse', ...kept, value: dose.inverse },
        { arm: 'dose random', ...kept, value: dose.random.mean },
      ];
    }),
  ];
}

/**
 * A comparison as CSV (RFC 4180): a line for each score, metric and arm. `difference` is filtered minus the random mean, or in a
 * control's line filtered minus the control; the p of random subsets matched on detail is of the filter among them.
 */
export function compareCsv({ effects, metrics, plan, version }: CompareReport): string {
  const rows = effects.flatMap((effect) => {
    const { random, score, metric, pHolm, verdict, direction } = effect;
    const { encoder } = metrics.find(({ id }) => id === metric)!;
    return lines(effect).map((line): Cell[] => {
      const isFiltered = line.arm === 'filtered';
      const isAtN = line.n === effect.n && line.isDose !== true;
      return [
        score,
        metric,
        line.arm,
        line.n,
        line.removed,
        line.value,
        isAtN ? random.mean : null,
        isAtN ? random.standardDeviation : null,
        isFiltered ? random.pLower : null,
        isFiltered ? random.pHigher : null,
        isFiltered ? random.pTwoSided : line.pTwoSided,
        isFiltered ? pHolm : null,
        line.difference?.value,
        line.difference?.interval.low,
        line.difference?.interval.high,
        isAtN ? random.draws : null,
        isFiltered ? verdict?.kind : null,
        direction,
        encoder.id,
        encoder.origin,
        plan.seed,
        version,
      ];
    });
  });
  return spreadsheetText([HEADER, ...rows]);
}

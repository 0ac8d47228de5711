import { metricLabel } from '../metrics/metric-label.js';
import { FLOOR_ARM } from '../sample-size-study/study-cells.js';
import type { StudyReport } from '../sample-size-study/study-report.js';
import { valueError } from '../sample-size-study/value-error.js';
import { DEMO_NOTE } from './demo-note.js';
import { isLine } from './figures/drawn-curve.js';
import { standingOf } from './figures/figure-words.js';
import { countText, errorText, numberText } from './number-text.js';
import type { TextTable } from './text-tables.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;
const SHARE = 0.05;

/** What a paper would say of each metric and arm: value at the largest n, limit with its error, and how many images it takes. */
export function studyTable({ curves, design }: StudyReport): TextTable {
  const plain = curves.filter(({ distortion, points }) => distortion === 'none' && points.length > 0);
  return {
    title: `Values at the largest n, limits for n → ∞ (± standard error), and images needed for 5 % (steadfid, seed ${design.seed})${standingOf(plain) === 'demo' ? `; ${DEMO_NOTE}` : ''}`,
    header: [
      'metric',
      'arm',
      'n',
      'value at n',
      'limit',
      '95 % interval',
      'settled at n',
      'n for 5 % bias',
      'n for 5 % precision',
    ],
    rows: plain.map((curve) => {
      const { metric, direction, arm, points, fit, limitInterval, required } = curve;
      const { sampleSize, mean } = points.at(-1)!;
      const error = limitInterval?.standardError ?? null;
      const needed = required.find(({ share }) => share === SHARE);
      const settled = needed?.settledAt ?? null;
      const size = (n: number | null | undefined) => (n == null ? '–' : countText(n));
      const limit = limitInterval?.estimate ?? (fit?.holds ? fit.limit : null);
      const doubt = isLine(curve) ? '' : ' (doubtful)';
      return [
        `${metricLabel(metric)}${ARROWS[direction]}`,
        arm === FLOOR_ARM ? 'floor (reference halves)' : arm,
        countText(sampleSize),
        numberText(mean, { error: valueError(curve, points.at(-1)!) }),
        limit === null
          ? '–'
          : `${numberText(limit, { error })}${error === null || error === 0 ? '' : ` ± ${errorText(error)}`}${doubt}`,
        limitInterval === null
          ? '–'
          : `${numberText(limitInterval.low, { error })} to ${numberText(limitInterval.high, { error })}`,
        settled === null || settled >= sampleSize ? '–' : countText(settled),
        size(isLine(curve) ? needed?.forBias : null),
        size(isLine(curve) ? needed?.forPrecision : null),
      ];
    }),
  };
}

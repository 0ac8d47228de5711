import { countText } from '../../numerics/number-text.js';
import { largestOf } from '../../numerics/order-statistics.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { limitOf, SETTLED_SHARE, settledSize, unbiasedSize } from './curve-marks.js';
import { SINGULAR_LOOK, singularDimension } from './curve-panel.js';
import { type DrawnCurve, inFull, setName } from './drawn-curve.js';
import type { KeyEntry } from './figure.js';
import { BACKGROUND_LOOK } from './series-look.js';

/** A mark of a figure of curves: in the key, and in a sentence of the caption. */
export interface CurveSign {
  readonly key: KeyEntry | null;
  readonly words: string;
}

const PERCENT = `${SETTLED_SHARE * 100} %`;

export function armKeys(drawn: readonly DrawnCurve[]): readonly KeyEntry[] {
  const others = drawn.filter(({ detail }) => detail === 'mean');
  return [
    ...inFull(drawn).map(({ curve, look, series }) => ({
      text: setName(curve.arm),
      mark: 'line' as const,
      look,
      series,
    })),
    ...others.slice(0, 1).map(({ look, series }) => ({
      text: `${others.length} more sets: means`,
      mark: 'rule' as const,
      look,
      series,
    })),
  ];
}

/** Which sets are highlighted, if not all are. */
export function choiceWords(drawn: readonly DrawnCurve[]): string {
  const others = drawn.filter(({ detail }) => detail === 'mean');
  if (others.length === 0) return '';
  const chosen = inFull(drawn).filter(({ curve }) => curve.arm !== NOISE_FLOOR).length;
  return `Thick, in color: the ${chosen} sets that are best at the largest n. Thin, in gray: the means of the other ${others.length}; their draws are in the CSV, their asymptotic values in the page’s table. `;
}

/** The marks that occur in the figure; the key lists no others. */
export function curveSigns(all: readonly DrawnCurve[]): readonly CurveSign[] {
  const drawn = inFull(all);
  const sign = (text: string, mark: KeyEntry['mark'], words: string): CurveSign => ({
    key: { text, mark, look: BACKGROUND_LOOK, series: null },
    words,
  });
  const limits = drawn.flatMap((entry) => limitOf(entry) ?? []);
  const hasIntervals = limits.some(({ interval }) => interval !== null);
  const hasDraws = ofPoints(drawn, ({ values }) => values.length > 1);
  const sizes = drawn.flatMap(({ curve }) => unbiasedSize(curve) ?? []);
  const largestSize = largestOf(
    drawn.flatMap(({ curve }) => curve.points.map(({ sampleSize }) => sampleSize)),
  );
  const dimension = singularDimension(drawn);
  const signs = [
    drawn.some(({ curve }) => curve.arm === NOISE_FLOOR)
      ? { key: null, words: 'Gray and dotted: the noise floor, one half of the reference against the other.' }
      : null,
    hasDraws
      ? sign('draws', 'dots', 'Each small dot is one draw, the line their mean.')
      : { key: null, words: 'Each dot is one draw.' },
    ofPoints(drawn, ({ band }) => band !== null)
      ? sign('95 % of draws', 'area', 'The colored band: the central 95 % of the draws.')
      : null,
    limits.some(({ isDoubtful }) => !isDoubtful)
      ? sign(
          hasIntervals ? 'asymptotic value, interval' : 'asymptotic value',
          'diamond',
          `The diamond: the asymptotic value (n → ∞)${hasIntervals ? ' with its 95 % interval' : ''}.`,
        )
      : null,
    limits.some(({ isDoubtful }) => isDoubtful)
      ? sign(
          'doubtful asymptotic value',
          'hollow',
          'A hollow, dashed diamond: a doubtful asymptotic value; means are not linear in 1/n.',
        )
      : null,
    sizes.some((size) => size <= largestSize)
      ? sign(
          `bias < ${PERCENT} from n`,
          'triangle',
          `A triangle on the axis of n: from there on bias is below ${PERCENT} of the asymptotic value.`,
        )
      : null,
    sizes.some((size) => size > largestSize)
      ? sign(
          `bias < ${PERCENT} beyond the axis`,
          'beyond',
          `A triangle that points right: bias is below ${PERCENT} of the asymptotic value only beyond the sizes drawn.`,
        )
      : null,
    drawn.some(({ curve }) => settledSize(curve) !== null)
      ? sign(
          `settled within ${PERCENT}`,
          'ring',
          `A ring: from there on the mean stays within ${PERCENT} of that at the largest n.`,
        )
      : null,
    dimension === null
      ? null
      : {
          key: {
            text: `n ≤ d = ${countText(dimension)}: covariance singular`,
            mark: 'area' as const,
            look: SINGULAR_LOOK,
            series: null,
          },
          words: `Yellow: no more images than embedding dimensions (${countText(dimension)}).`,
        },
  ];
  return signs.filter((one) => one !== null);
}

function ofPoints(
  drawn: readonly DrawnCurve[],
  holds: (point: StudyCurve['points'][number]) => boolean,
): boolean {
  return drawn.some(({ curve }) => curve.points.some(holds));
}

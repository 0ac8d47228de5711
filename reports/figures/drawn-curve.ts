import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { BACKGROUND_LOOK, CROWD_LOOK, type SeriesLook, seriesLook } from './series-look.js';

/** Sets that a figure draws in full. */
const MOST_ARMS = 10;
/** Of more sets, as many are highlighted as there are colors. */
const CHOSEN_ARMS = 6;

/** A curve with its position among those of a figure. */
export interface DrawnCurve {
  readonly curve: StudyCurve;
  readonly look: SeriesLook;
  readonly series: number;
  /** what its values are divided by */
  readonly unit: number;
  /** of one among very many sets, only the mean is drawn */
  readonly detail: 'full' | 'mean';
}

/** Sets that a figure of these curves draws in full: of more than ten the best six at the largest n. */
export function highlightedArms(curves: readonly StudyCurve[]): readonly string[] {
  const shown = curves.filter(({ points }) => points.length > 0);
  const arms = shown.filter(({ arm }) => arm !== NOISE_FLOOR);
  const chosen = arms.length <= MOST_ARMS ? shown : bestFirst(arms).slice(0, CHOSEN_ARMS);
  return shown.filter((curve) => chosen.includes(curve) || curve.arm === NOISE_FLOOR).map(({ arm }) => arm);
}

/** Curves as a figure draws them: those of highlighted sets, each in the look of its place among these; the others share one look. */
export function drawnCurves(
  curves: readonly StudyCurve[],
  highlighted: readonly string[] = highlightedArms(curves),
): readonly DrawnCurve[] {
  const shown = curves.filter(({ points }) => points.length > 0);
  return shown.map((curve) => {
    const series = highlighted.indexOf(curve.arm);
    if (series < 0) return { curve, look: CROWD_LOOK, series: highlighted.length, unit: 1, detail: 'mean' };
    const look = curve.arm === NOISE_FLOOR ? BACKGROUND_LOOK : seriesLook(series);
    return { curve, look, series, unit: 1, detail: 'full' };
  });
}

export function inFull(drawn: readonly DrawnCurve[]): readonly DrawnCurve[] {
  return drawn.filter(({ detail }) => detail === 'full');
}

function bestFirst(curves: readonly StudyCurve[]): readonly StudyCurve[] {
  const sign = ({ direction }: StudyCurve) => (direction === 'higher-is-better' ? -1 : 1);
  const last = (curve: StudyCurve) => sign(curve) * curve.points.at(-1)!.mean;
  return [...curves].sort((a, b) => last(a) - last(b));
}

/** What the key calls a set. */
export function setName(arm: string): string {
  return arm === NOISE_FLOOR ? 'noise floor (reference halves)' : arm;
}

/** Whether the line in 1/n, and so every limit taken from it, can be trusted. */
export function isLine({ fit }: StudyCurve): boolean {
  return fit === null || fit.holds;
}

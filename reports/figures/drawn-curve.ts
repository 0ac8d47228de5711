import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { BACKGROUND_LOOK, CROWD_LOOK, type SeriesLook, seriesLook } from './series-look.js';

/** Arms that a figure draws in full. */
const MOST_ARMS = 10;
/** Of more arms, as many stand out as there are colors. */
const CHOSEN_ARMS = 6;

/** A curve with its place among those of a figure. */
export interface DrawnCurve {
  readonly curve: StudyCurve;
  readonly look: SeriesLook;
  readonly series: number;
  /** what its values are divided by */
  readonly unit: number;
  /** of an arm among very many the mean alone is drawn */
  readonly detail: 'full' | 'mean';
}

/** Curves as a figure draws them. Of more than ten arms the best six at the largest n stand out; the others share one look. */
export function drawnCurves(curves: readonly StudyCurve[]): readonly DrawnCurve[] {
  const shown = curves.filter(({ points }) => points.length > 0);
  const arms = shown.filter(({ arm }) => arm !== NOISE_FLOOR);
  const chosen = arms.length <= MOST_ARMS ? shown : bestFirst(arms).slice(0, CHOSEN_ARMS);
  const highlighted = shown.filter((curve) => chosen.includes(curve) || curve.arm === NOISE_FLOOR);
  return shown.map((curve) => {
    const series = highlighted.indexOf(curve);
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

/** What the key calls an arm. */
export function setName(arm: string): string {
  return arm === NOISE_FLOOR ? 'noise floor (reference halves)' : arm;
}

/** Whether the line in 1/n, and so every limit taken from it, can be trusted. */
export function isLine({ fit }: StudyCurve): boolean {
  return fit === null || fit.holds;
}

import { FLOOR_ARM } from '../../sample-size-study/study-cells.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { BACKGROUND_LOOK, type SeriesLook, seriesLook } from './series-look.js';

/** A curve with its place among those of a figure. */
export interface DrawnCurve {
  readonly curve: StudyCurve;
  readonly look: SeriesLook;
  readonly series: number;
  /** what its values are divided by */
  readonly unit: number;
}

export function drawnCurves(curves: readonly StudyCurve[]): readonly DrawnCurve[] {
  return curves
    .filter(({ points }) => points.length > 0)
    .map((curve, series) => {
      const look = curve.arm === FLOOR_ARM ? BACKGROUND_LOOK : seriesLook(series);
      return { curve, look, series, unit: 1 };
    });
}

/** What the key calls an arm. */
export function armName(arm: string): string {
  return arm === FLOOR_ARM ? 'floor: halves of the reference' : arm;
}

/** Whether the line in 1/n, and so every limit taken from it, can be trusted. */
export function isLine({ fit }: StudyCurve): boolean {
  return fit === null || fit.holds;
}

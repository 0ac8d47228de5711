import { countText } from '../metrics/numerics/number-text.js';
import type { StudyCurve } from './study-report.js';

/**
 * Which images a limit is without end of. With a reference held fixed it is the distance to those images and keeps the bias of
 * their own number: that is no limit of `score`, which takes the bias of both sides out.
 */
export function limitWords({
  limitInterval,
  referenceSize,
}: Pick<StudyCurve, 'limitInterval' | 'referenceSize'>): string {
  return limitInterval !== null && /reference fixed/.test(limitInterval.method)
    ? `generated images without end against these ${countText(referenceSize)} reference images`
    : 'images without end';
}

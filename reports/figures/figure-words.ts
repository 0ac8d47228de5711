import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { countText } from '../number-text.js';
import { shortName } from './figure-size.js';

/** What the numbers of a figure came from, in one line: encoder, images, draws, estimator. */
export function subtitleOf(curves: readonly StudyCurve[]): string {
  const encoders = distinct(curves.map(({ encoder }) => shortName(encoder.id, 40)));
  const references = distinct(curves.map(({ referenceSize }) => referenceSize));
  const draws = distinct(curves.flatMap(({ points }) => points.map(({ values }) => values.length)));
  const estimators = distinct(
    curves.map(({ estimator }) => estimator).filter((estimator) => estimator !== ''),
  );
  return [
    `encoder ${encoders.join(', ')}`,
    `reference ${rangeText(references)} images`,
    `draws at each n: ${draws.length === 0 ? 'none' : rangeText(draws)}`,
    ...estimators,
  ].join('; ');
}

export function standingOf(curves: readonly StudyCurve[]): 'demo' | 'comparable' {
  return curves.some(({ encoder }) => encoder.standing === 'demo') ? 'demo' : 'comparable';
}

function rangeText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? countText(least) : `${countText(least)} to ${countText(most)}`;
}

function distinct<T>(list: readonly T[]): readonly T[] {
  return [...new Set(list)];
}

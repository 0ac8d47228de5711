import { intervalMethodText } from '../metrics/interval-method-text.js';
import { metricById } from '../metrics/metric-catalog.js';
import { metricLabel } from '../metrics/metric-label.js';
import { FLOOR_ARM } from '../sample-size-study/study-cells.js';
import type { StudyReport } from '../sample-size-study/study-report.js';
import { LIMIT_PAPER } from './bibliography.js';
import { distinct, encoderText, listText } from './methods-words.js';
import { countText } from './number-text.js';

const DRAWN = {
  subsample: 'drawn without replacement, nested in n',
  blocks: 'in disjoint blocks',
  bootstrap: 'drawn with replacement',
} as const;

/** What was done, as the methods section of a paper says it. */
export function studyMethods({ curves, design, version }: StudyReport): string {
  const own = curves.filter(({ arm, points }) => arm !== FLOOR_ARM && points.length > 0);
  const sizes = distinct(own.flatMap(({ points }) => points.map(({ sampleSize }) => sampleSize))).sort(
    (a, b) => a - b,
  );
  const repeats = distinct(own.flatMap(({ points }) => points.map(({ values }) => values.length)));
  const references = distinct(own.map(({ referenceSize }) => countText(referenceSize)));
  const encoders = distinct(own.map(({ encoder }) => encoderText(encoder)));
  const intervals = distinct(
    own.flatMap(({ limitInterval }) =>
      limitInterval === null ? [] : intervalMethodText(limitInterval.method),
    ),
  );
  const distortions = design.distortions.map(({ kind, levels }) => `${kind} at levels ${levels.join(', ')}`);
  return [
    `We computed ${listText(distinct(own.map(({ metric }) => metricLabel(metric))))} with steadfid ${version} on embeddings of ${listText(encoders)}, for ` +
      `${listText(design.arms.map(({ name }) => name))} against ${references.join(' or ')} reference images` +
      `${design.referenceSize === 'equal' ? ', of which as many were drawn as of the generated ones' : ''}.`,
    `At each of n = ${sizes.map(countText).join(', ')} generated images, ${repeats.length === 0 ? 'no' : range(repeats)} subsets were ` +
      `${DRAWN[design.scheme]} (seed ${design.seed}).`,
    'Limits for n → ∞ are intercepts of weighted least squares of the mean on 1/n (Chong and Forsyth 2020), over the sizes at which ' +
      `that line holds to 1 %${intervals.length === 0 ? '' : `; their intervals are by ${listText(intervals)}`}.`,
    ...(distortions.length === 0 ? [] : [`Every set was also distorted by ${listText(distortions)}.`]),
  ].join(' ');
}

/** Sources of the metrics of a study and of what it does with them. */
export function studySources({ design }: StudyReport): readonly string[] {
  return [...design.metrics.map((id) => metricById(id).source), LIMIT_PAPER];
}

function range(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least} to ${most}`;
}

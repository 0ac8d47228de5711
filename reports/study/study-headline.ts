import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText } from '../../numerics/number-text.js';
import { requiredImages } from '../../sample-size-study/required-images.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';

/** Metrics that are named. */
const MOST_NAMED = 5;

/** `37 % done`, of a study that still runs or was stopped; empty of a finished one. */
export function progressText({ progress }: Pick<StudyReport, 'progress'>): string {
  return progress === undefined ? '' : `${Math.floor((100 * progress.done) / progress.total)} % done`;
}

/** The answer in a sentence, of an unfinished study behind how much of it is done: of each metric the images that are enough for every set, for its bias, its precision and the ranking. */
export function studyHeadline(report: StudyReport): string {
  return [progressText(report), answer(report)].filter((text) => text !== '').join('. ');
}

function answer({ headline, curves, rankings }: StudyReport): string {
  if (headline !== undefined) return headline;
  const plain = curves.filter(({ distortion, arm }) => distortion === 'none' && arm !== NOISE_FLOOR);
  const metrics = [...new Set(plain.map(({ metric }) => metric))];
  if (metrics.length === 0) return 'How many images each metric needs';
  const answers = metrics.slice(0, MOST_NAMED).map((metric) => {
    const needed = plain
      .filter((curve) => curve.metric === metric)
      .map((curve) => requiredImages(curve, rankings).n);
    const known = needed.filter((n) => n !== null);
    return { name: metricLabel(metric), n: known.length === needed.length ? Math.max(...known) : null };
  });
  const known = answers.flatMap(({ name, n }) => (n === null ? [] : [`${name} ${countText(n)}`]));
  const unknown = answers.flatMap(({ name, n }) => (n === null ? [name] : []));
  const parts = [
    ...(known.length === 0 ? [] : [known.join(', ')]),
    ...(unknown.length === 0 ? [] : [`unknown for ${listText(unknown)}`]),
  ];
  const more = metrics.length > MOST_NAMED ? ' …' : '';
  return `Images needed for ± 5 %: ${parts.join('; ')}${more}`;
}

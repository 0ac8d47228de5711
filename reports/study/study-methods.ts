import { metricById, metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText, settingText } from '../../numerics/number-text.js';
import { largestOf, leastOf } from '../../numerics/order-statistics.js';
import { limitWords } from '../../sample-size-study/limit-notes.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve, StudyReport } from '../../sample-size-study/study-report.js';
import { keepRuleText, parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { citation, LIMIT_PAPER, SPREAD_PAPER } from '../text/bibliography.js';
import { byProcedure, clausesText, distinct, onEmbeddings } from '../text/methods-words.js';
import type { Paper } from '../text/paper.js';
import { studyTable } from './study-table.js';

const DRAWN = {
  subsample: 'drawn without replacement, nested in n',
  blocks: 'in disjoint blocks',
  bootstrap: 'drawn with replacement',
} as const;

/** What was done, as the methods section of a paper says it. */
export function studyMethods({ curves, design, version, filterReactions = [] }: StudyReport): string {
  const own = curves.filter(({ arm, points }) => arm !== NOISE_FLOOR && points.length > 0);
  const sizes = distinct(own.flatMap(({ points }) => points.map(({ sampleSize }) => sampleSize))).sort(
    (a, b) => a - b,
  );
  const references = distinct(own.map(({ referenceSize }) => countText(referenceSize)));
  const distortions = design.distortions.map(
    ({ kind, levels }) => `${kind} at levels ${levels.map(settingText).join(', ')}`,
  );
  const recomputed = distinct(filterReactions.flatMap((one) => one.recomputed?.control ?? []));
  return [
    `We computed ${onEmbeddings(own)}, with steadfid ${version}, for ` +
      `${listText(design.arms.map(({ name }) => name))} against ${references.join(' or ')} reference images` +
      `${design.referenceSize === 'equal' ? ', of which as many were drawn as of the generated ones' : ''}.`,
    `At each of n = ${sizes.map(countText).join(', ')} generated images, subsets were ` +
      `${DRAWN[design.scheme]} (seed ${design.seed}): ${clausesText(own.map(draws))}.`,
    ...limitSentences(own.filter(({ distortion }) => distortion === 'none')),
    ...filterSentences(design),
    ...(distortions.length === 0 ? [] : [`Every set was also distorted by ${listText(distortions)}.`]),
    ...(recomputed.length === 0
      ? []
      : [
          `For the reaction of the filter itself, ${listText(recomputed)} was recomputed on all distorted images and the threshold learned from them.`,
        ]),
  ].join(' ');
}

/** How filtered sets were made, and what they were compared with. */
function filterSentences({ arms, filterOrder }: StudyReport['design']): readonly string[] {
  const filters = arms.flatMap(({ filter }) => (filter === undefined ? [] : [filter]));
  if (filters.length === 0) return [];
  const rules = distinct(
    filters.map(({ column, rule, keep }) => `"${column}" (${keepRuleText(parsedKeepRule(rule, { keep }))})`),
  );
  return [
    `Images were filtered by ${listText(rules)}, ${filterOrder === 'pool' ? 'in the whole set, before subsets were drawn' : 'with the threshold learned in each subset'}, and compared with random subsets of as many images of the same draws. ` +
      'Ratios of standard deviations and coefficients of variation have intervals by a jackknife over draws' +
      citation(SPREAD_PAPER) +
      ', to which the error of the whole set is added by a delete-20-groups jackknife with the rule applied anew.',
  ];
}

/** What a paper takes from a study. */
export function studyPaper(report: StudyReport): Paper {
  const { metrics, arms } = report.design;
  return {
    methods: studyMethods(report),
    sources: [
      ...metrics.map((id) => metricById(id).source),
      LIMIT_PAPER,
      ...(arms.some(({ filter }) => filter !== undefined) ? [SPREAD_PAPER] : []),
    ],
    table: studyTable(report),
  };
}

/** How the limits of the table were found: those with an interval, and those that are the intercept of a line. */
function limitSentences(curves: readonly StudyCurve[]): readonly string[] {
  const estimated = curves.flatMap(({ metric, limitInterval, referenceSize }) =>
    limitInterval === null
      ? []
      : {
          metric,
          text: `for ${limitWords({ limitInterval, referenceSize })} ${byProcedure(limitInterval.procedure)}`,
        },
  );
  const fitted = curves.filter(({ limitInterval, fit }) => limitInterval === null && fit?.holds);
  return [
    ...(estimated.length === 0
      ? []
      : [
          `Asymptotic values (n → ∞) and their 95 % intervals are estimated from all images of a set, not from the subsets: ${clausesText(estimated)}.`,
        ]),
    ...(fitted.length === 0
      ? []
      : [
          `Asymptotic values without an interval (${listText(distinct(fitted.map(({ metric, arm }) => `${metricLabel(metric)} of ${arm}`)))}) are intercepts of weighted ` +
            'least squares of the mean on 1/n' +
            citation(LIMIT_PAPER) +
            ', over the sizes at which that line holds to 1 %.',
        ]),
  ];
}

/** `10 at each size`, `4 to 40 at each size`. */
function draws({ metric, points }: StudyCurve): { readonly metric: string; readonly text: string } {
  const counts = points.map(({ values }) => values.length);
  const [least, most] = [leastOf(counts), largestOf(counts)];
  return { metric, text: `${least === most ? least : `${least} to ${most}`} at each size` };
}

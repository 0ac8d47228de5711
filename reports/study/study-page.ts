import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, percentText } from '../../numerics/number-text.js';
import { armRole } from '../../sample-size-study/filter-arms.js';
import type { StudyRanking, StudyReport } from '../../sample-size-study/study-report.js';
import type { Figure } from '../figures/figure.js';
import { type FilteredImages, filteredImagesHtml } from '../filtering/filtered-images.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import type { Provenance } from '../page/page.js';
import { PageNotes } from '../page/page-notes.js';
import { type ReportPage, reportPage, tableFold, tableSectionHtml } from '../page/report-page.js';
import { sizedPage } from '../page/sized-page.js';
import type { Samples } from '../score/samples.js';
import type { TextTable } from '../text/text-tables.js';
import { pictureHtml } from '../uncertainty/gallery.js';
import { leadingFilter } from './filter-figures.js';
import { filterReactionTable, hasFilterReactions } from './filter-reaction-table.js';
import { sizeTablesHtml } from './size-tables.js';
import { biasTable, responseTable, spreadTable, verdictTable } from './stability-tables.js';
import { costTable, pairTable } from './study-detail-tables.js';
import { MOST_RESPONSES, respondingSets } from './study-figures.js';
import { studyHeadline } from './study-headline.js';
import { studyPaper } from './study-methods.js';
import { studyTable } from './study-table.js';

const NOTHING = new Html('');
/** Rows of a table that are not folded. */
const MOST_ROWS = 10;
/** Sets that an order names. */
const MOST_RANKED = 6;
/** Doubts written out on the page; the rest is in study.json. */
const MOST_DOUBTS = 200;
/** Sets that are shown or named above the summary. */
const MOST_SOURCES = 6;

/** A study as one self-contained page: what it says, its figures with the numbers behind them, and where they come from. */
export function studyPage(
  report: StudyReport,
  figures: readonly Figure[],
  {
    provenance = null,
    samples = null,
    images = null,
  }: {
    readonly provenance?: Provenance | null;
    readonly samples?: Samples | null;
    readonly images?: FilteredImages | null;
  } = {},
): string {
  return sizedPage(figures, (shown, note, rows) =>
    writtenPage(report, shown, { note, rows, provenance, samples, images }),
  );
}

function writtenPage(
  report: StudyReport,
  figures: readonly Figure[],
  {
    note,
    rows,
    provenance,
    samples,
    images,
  }: {
    readonly note: string;
    readonly rows: number;
    readonly provenance: Provenance | null;
    readonly samples: Samples | null;
    readonly images: FilteredImages | null;
  },
): string {
  const { curves, rankings, summary, version, design, responses } = report;
  const encoders = curves.map(({ encoder }) => encoder);
  const table = studyTable(report);
  const stability = verdictTable(report);
  const reactions = filterReactionTable(report);
  const reaction = filterReactionTable(ofFilter(report, leadingFilter(report)));
  const undrawn = respondingSets(responses).length - MOST_RESPONSES;
  const leading = leadingFigures(report, figures);
  const response = leading.length > 1 ? undefined : figures.find(({ name }) => name.startsWith('response-'));
  // pictures of what was kept stand beside the response to distortions
  const beside =
    images === null || leading.length < 2
      ? undefined
      : leading.find(({ name }) => name === 'filter-distortions');
  const notes = notesOf(report);
  const models = design.arms.map(({ name }) => name);
  const drawn = (figure: Figure) => figureHtml(figure, { notes, models });
  const others = figures.filter((figure) => !leading.includes(figure) && figure !== response);
  const sizes = sizeTablesHtml({ curves, rankings }, rows);
  return reportPage({
    title: `Sample-size study: ${design.arms.length > MOST_SOURCES ? `${design.arms.length} sets` : models.join(', ')}`,
    headline: studyHeadline(report),
    sides: sidesOf(design),
    encoders,
    models,
    cut: note,
    reasons: reasonsOf(report),
    lead: leading.length === 0 ? null : html`${leading.filter((figure) => figure !== beside).map(drawn)}`,
    pictures:
      response === undefined && samples === null && images === null && reaction.rows.length === 0
        ? null
        : html`${picturesHtml(images, beside === undefined ? null : drawn(beside))}${reactionHtml(reaction)}${response === undefined ? NOTHING : drawn(response)}${samples === null ? NOTHING : distortedHtml(samples)}`,
    values:
      stability.rows.length === 0
        ? {
            title: 'Values, asymptotic values and images needed',
            body: firstRowsHtml({ ...table, title: 'Values, asymptotic values and images needed' }),
          }
        : { title: stability.title, body: firstRowsHtml(stability) },
    notes,
    folds: [
      { title: 'Conclusions in full', body: html`<ul>${summary.map((line) => html`<li>${line}</li>`)}</ul>` },
      stability.rows.length === 0 && table.rows.length <= MOST_ROWS
        ? null
        : tableFold({ ...table, title: 'Values, asymptotic values and images needed' }),
      stability.rows.length > MOST_ROWS
        ? tableFold({ ...stability, title: 'All verdicts', pageNotes: [] })
        : null,
      tableFold(spreadTable(report)),
      tableFold(biasTable(report)),
      tableFold(responseTable(report)),
      reactions.rows.length > reaction.rows.length || reaction.rows.length > MOST_ROWS
        ? tableFold(reactions)
        : null,
      sizes === null ? null : { title: 'At one sample size', body: sizes },
      tableFold(pairTable(report)),
      tableFold(costTable(report)),
      others.length === 0 && undrawn <= 0
        ? null
        : {
            title: `More figures (${others.length})`,
            body: html`<div class="tools" data-tools="figures"></div>
${others.map(drawn)}
${
  undrawn > 0
    ? html`<p class="soft">The response to distortion of ${undrawn} more sets is in <code>study.json</code> and <code>summary.csv</code>.</p>`
    : NOTHING
}`,
          },
      models.length > MOST_SOURCES
        ? {
            title: `${models.length} sets and their images`,
            body: html`<dl class="facts">${wholeArms(design).map(({ name, source }) => html`<dt>${name}</dt><dd><code>${source}</code></dd>`)}</dl>`,
          }
        : null,
      {
        title: 'The whole design',
        body: html`<p>The study again: <code data-copy="command">steadfid study design.json -o again/</code></p>
<pre tabindex="0"><code>${JSON.stringify(design, null, 2)}</code></pre>`,
      },
    ],
    paper: studyPaper(report),
    files: [
      'study.json',
      'summary.csv',
      ...(samples === null ? [] : ['samples.json']),
      ...(images === null ? [] : ['filtered-images.json']),
      ...(report.stability === undefined ? [] : ['stability.csv']),
      ...(hasFilterReactions(report) ? ['filter-reactions.csv'] : []),
    ],
    figures,
    facts: html`<dt>seed</dt><dd>${design.seed}</dd>
<dt>draws</dt><dd>${countText(design.repeats)} for each size, ${countText(design.cheapRepeats)} of cheap metrics; scheme ${design.scheme}</dd>
<dt>reference size</dt><dd>${design.referenceSize}</dd>
${estimatorsOf(report).map((text) => html`<dt>estimator</dt><dd>${text}</dd>`)}`,
    provenance,
    version,
  });
}

/** What carries the answer: the curves of all metrics; of filtered sets doses, curves and distortions of all metrics. */
function leadingFigures({ headline }: StudyReport, figures: readonly Figure[]): readonly Figure[] {
  const of = (kind: string) => figures.filter(({ name }) => name.startsWith(kind));
  return headline === undefined ? of('curve').slice(0, 1) : of('filter-');
}

/** Of each ranking its order, and from where on it holds; of filtered sets how they were drawn. */
function reasonsOf({ rankings, design, stability }: StudyReport): readonly string[] {
  if (stability !== undefined) return [steadyText(design), ORDERS[design.filterOrder ?? 'draw']];
  return rankings.filter(({ arms }) => arms.length > 1).map(orderText);
}

/** What stands between two sets of an order. */
const RANK_SIGNS = {
  '>': null,
  '≈': 'no significant difference',
  '?': 'not tested, as the errors are unknown',
} as const;

/** `FID, best first: a > b ≈ c; stable from n = 200 (≈: no significant difference)` */
function orderText({ metric, direction, arms, final, pairs, requiredSize }: StudyRanking): string {
  const sign = direction === 'higher-is-better' ? -1 : 1;
  const order = arms.map((_, i) => i).sort((i, j) => sign * (final[i]! - final[j]!));
  const signBetween = (one: string, other: string): keyof typeof RANK_SIGNS => {
    const pair = pairs.find(({ first, second }) =>
      [first, second].every((arm) => [one, other].includes(arm)),
    )!;
    return pair.isRanked ? '>' : pair.standardError === null ? '?' : '≈';
  };
  const shown = order.slice(0, MOST_RANKED);
  const signs = shown.slice(1).map((i, k) => signBetween(arms[shown[k]!]!, arms[i]!));
  const text = shown
    .map((i, place) => (place === 0 ? arms[i]! : ` ${signs[place - 1]!} ${arms[i]!}`))
    .join('');
  const legend = Object.entries(RANK_SIGNS)
    .filter(([mark, meaning]) => meaning !== null && signs.some((one) => one === mark))
    .map(([mark, meaning]) => `${mark}: ${meaning}`);
  const more = order.length > shown.length ? ` and ${order.length - shown.length} more` : '';
  const stable = requiredSize === null ? 'at no n here' : `from n = ${countText(requiredSize)}`;
  return `${metricLabel(metric)}, best first: ${text}${more}; stable ${stable}${legend.length > 0 ? ` (${legend.join('; ')})` : ''}`;
}

/** Images dropped and kept, beside a figure where there is one. */
function picturesHtml(images: FilteredImages | null, figure: Html | null): Html {
  if (images === null) return NOTHING;
  const pictures = filteredImagesHtml(images);
  return figure === null ? pictures : html`<div class="beside">${figure}${pictures}</div>`;
}

/** How the filter that is drawn reacts to the distortions, below their figure. */
function reactionHtml(table: TextTable): Html {
  return table.rows.length === 0
    ? NOTHING
    : html`<h2>${table.title}</h2>
${firstRowsHtml(table)}`;
}

function ofFilter(
  { filterReactions = [] }: StudyReport,
  name: string | null,
): Pick<StudyReport, 'filterReactions'> {
  return { filterReactions: filterReactions.filter(({ filter }) => filter === name) };
}

/** One image at each level of each distortion; of many the first rows. */
function distortedHtml({ sets }: Samples): Html {
  return html`<h2>What the distortions do</h2>
<div class="distorted">${sets.map(
    ({ name, images }) => html`<div class="levels"><h3>${name}</h3>
<ul>${images.map(
      ({ id, picture }) =>
        html`<li>${pictureHtml(picture, `${name} ${id}`)}<span>${/[^,]*$/.exec(id)![0].trim()}</span></li>`,
    )}</ul></div>
`,
  )}</div>`;
}

/** What the values of each metric are, and how they were found. */
function estimatorsOf({ curves }: StudyReport): readonly string[] {
  return [
    ...new Set(
      curves.flatMap(({ metric, estimator }) =>
        estimator === '' ? [] : [`${metricLabel(metric)}: ${estimator}`],
      ),
    ),
  ];
}

/** What the words of the verdicts mean. */
function steadyText({ stability }: StudyReport['design']): string {
  const { smallestChange = 0, significance = 0 } = stability ?? {};
  return `Steadier: between draws, a metric's coefficient of variation is significantly lower than on random images of the same n. Less steady: significantly higher. As steady: within ${percentText(smallestChange)} of it. All at ${percentText(significance)} over all metrics and filters.`;
}

/** A table as far as it is not folded. */
function firstRowsHtml(table: TextTable): Html {
  return tableSectionHtml({ ...table, rows: table.rows.slice(0, MOST_ROWS) });
}

const ORDERS = {
  draw: 'At each n, as many images were drawn, the threshold was learned from them, and the images kept were scored, as someone with n images would do.',
  pool: 'The rule kept images of the whole set, and n of those kept were drawn.',
} as const;

/** Sets whose parts the filtered ones are, or all of them. */
function wholeArms({ arms }: StudyReport['design']): StudyReport['design']['arms'] {
  const whole = arms.filter((arm) => armRole(arm) === 'all');
  return whole.length === 0 ? arms : whole;
}

/** Where the images are; many sets are counted. */
function sidesOf(design: StudyReport['design']): ReportPage['sides'] {
  const arms = wholeArms(design);
  const reference = { name: 'reference', source: html`<code>${design.reference}</code>`, size: '' };
  if (arms.length > MOST_SOURCES)
    return [reference, { name: 'sets', source: html`${arms.length}`, size: '' }];
  return [
    reference,
    ...arms.map(({ name, source }) => ({ name, source: html`<code>${source}</code>`, size: '' })),
  ];
}

/** Every doubt once, with the curves that it is about. */
function notesOf({ warnings, curves }: StudyReport): PageNotes {
  const notes = new PageNotes();
  for (const { code, message } of warnings) if (code !== 'DEMO_ENCODER') notes.add(message);
  const said = curves.flatMap(({ metric, arm, distortion, level, warnings: own }) =>
    own
      .filter(({ code }) => code !== 'DEMO_ENCODER')
      .map(({ message }) => ({
        message,
        where: `${metricLabel(metric)}, ${arm}${distortion === 'none' ? '' : `, ${distortion} ${level}`}`,
      })),
  );
  for (const { message, where } of said.slice(0, MOST_DOUBTS)) notes.add(message, where);
  const left = said.length - MOST_DOUBTS;
  if (left > 0) notes.add(`${left} more doubts about curves are in study.json`);
  return notes;
}

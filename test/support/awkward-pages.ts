import type { CompareReport } from '../../filtering/compare-report.js';
import { compareFigures } from '../../reports/filtering/compare-figures.js';
import { comparePage } from '../../reports/filtering/compare-page.js';
import { modelsFigure } from '../../reports/score/models-figure.js';
import { scoreComparison } from '../../reports/score/score-comparison.js';
import { scoreComparisonPage } from '../../reports/score/score-comparison-page.js';
import { scoreModels } from '../../reports/score/score-models.js';
import { scoreModelsPage } from '../../reports/score/score-models-page.js';
import { scorePage } from '../../reports/score/score-page.js';
import { asModels, trackOf } from '../../reports/score/track.js';
import { trackFigure } from '../../reports/score/track-figure.js';
import { studyComparisonPage } from '../../reports/study/study-comparison-page.js';
import { studyFigures } from '../../reports/study/study-figures.js';
import { studyPage } from '../../reports/study/study-page.js';
import { uncertaintyFigures } from '../../reports/uncertainty/uncertainty-figures.js';
import { uncertaintyPage } from '../../reports/uncertainty/uncertainty-page.js';
import { studyComparison } from '../../sample-size-study/study-comparison.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { exampleComparison } from './compare-report.js';
import { exampleReport } from './score-report.js';
import { exampleStudy } from './study-report.js';
import { exampleUncertainty } from './uncertainty-report.js';

const FORTY = Array.from({ length: 40 }, (_, i) => `number ${i} of forty`);
/** No place to break it. */
const LONG = `${'a-very-long-name_'.repeat(20)}end`.replaceAll('-', '');
const SIX = ['fid', 'kid', 'fid-tf', 'fid-clean', 'clip-fid', 'fd-dinov2'];
const fid = exampleReport.results[0]!;

const ofStudy = async (report: StudyReport) => studyPage(report, await studyFigures(report));
const ofComparison = async (report: CompareReport) => comparePage(report, await compareFigures(report));
const ofMaps = async (report: UncertaintyReport) => uncertaintyPage(report, await uncertaintyFigures(report));
const ofTwoStudies = (report: StudyReport, source = 'second') =>
  studyComparisonPage(studyComparison({ source: 'first', report }, { source, report }));
const ofModels = async (names: readonly string[], report: ScoreReport) => {
  const models = scoreModels(
    names.map((source) => ({ source, report })),
    { seed: 1 },
  );
  return scoreModelsPage(models, { figure: await modelsFigure(models) });
};
const ofTrack = async (steps: readonly number[], report: ScoreReport) => {
  const track = trackOf(
    steps.map((step) => ({ step, stamp: '', report })),
    { seed: 1, settings: {} },
  );
  const words = { source: 'track.json', noun: 'checkpoints', order: 'as given' } as const;
  return scoreModelsPage(asModels(track), { figure: await trackFigure(track), words });
};
const ofTwoScores = (report: ScoreReport, source = 'second') =>
  scoreComparisonPage(scoreComparison({ source: 'first', report }, { source, report }));

function scored(
  results: readonly ScoreResult[],
  skipped: ScoreReport['generated']['skipped'] = [],
): ScoreReport {
  return { ...exampleReport, results, generated: { ...exampleReport.generated, skipped } };
}

const many = scored(FORTY.map((metric) => ({ ...fid, metric })));
const long = scored(
  [{ ...fid, metric: LONG, encoder: { ...fid.encoder, id: LONG } }],
  [{ id: LONG, reason: LONG }],
);
const unknown = scored(
  exampleReport.results.map(({ spread: _, ...result }) => ({
    ...result,
    value: null,
    reason: 'needs more images than there are.',
    standardError: null,
    interval: null,
    encoder: { id: 'unknown', sha256: null, preprocessing: null, origin: 'unknown' },
  })),
);

/** A comparison that knows no more than it must. */
function bare(): CompareReport {
  const report = exampleComparison({ metrics: ['fid'] });
  return {
    ...report,
    metrics: report.metrics.map((metric) => ({ ...metric, encoder: unknown.results[0]!.encoder })),
    filters: report.filters.map((filter) => ({ ...filter, correlations: [] })),
    effects: report.effects.map((effect) => ({
      ...effect,
      pHolm: null,
      controls: [],
      residual: { reason: 'no images' },
      beyondDetail: { reason: 'no images' },
      oracleChange: null,
      doses: [],
      doseTrend: null,
      verdict: null,
      sparsification: { removed: [0], filtered: [17.5], random: [17.5], oracle: null, ause: null, aurg: 0 },
    })),
    unmeasured: [{ metric: 'is', reason: 'there are no logits' }],
    summary: ['is: no value. there are no logits.'],
  };
}

/** Maps of which nothing is known but that they are there. */
function blank(): UncertaintyReport {
  const report = exampleUncertainty({ images: 3 });
  return {
    ...report,
    images: null,
    correlations: [],
    comparison: null,
    columns: report.columns
      .filter(({ kind }) => kind === 'aggregation')
      .map((column) => ({
        ...column,
        values: Object.fromEntries(Object.keys(column.values).map((id) => [id, null])),
      })),
  };
}

/** Maps of many settings. */
function settings(names: readonly string[]): UncertaintyReport {
  const report = exampleUncertainty({ images: 12 });
  const matrix = names.map((_, i) => names.map((__, j) => (i === j ? 1 : null)));
  const comparison = report.comparison!;
  return {
    ...report,
    runs: names.map((name) => ({ ...report.runs[0]!, name })),
    columns: names.map((name) => ({ ...report.columns[0]!, name: `sum@${name}`, run: name })),
    comparison: {
      ...comparison,
      settings: names.map((name) => ({ ...comparison.settings[0]!, name })),
      matrices: Object.fromEntries(Object.keys(comparison.matrices).map((key) => [key, matrix])) as never,
      sums: matrix,
    },
  };
}

/** Every kind of page made of too little, too much or too long. */
export const AWKWARD_PAGES = {
  'score of one number': () => scorePage(scored([fid])),
  'score of forty numbers': () => scorePage(many),
  'score of long names': () => scorePage(long),
  'score without values': () => scorePage(unknown),
  'score of 10,000 unreadable images': () =>
    scorePage(
      scored(
        [fid],
        Array.from({ length: 10_000 }, (_, i) => ({ id: `${i}/${LONG}`, reason: 'truncated' })),
      ),
    ),
  'study of one draw': async () => ofStudy(await exampleStudy({ arms: ['one'], sizes: [50], repeats: 1 })),
  'study of one arm': async () => ofStudy(await exampleStudy({ arms: ['one'] })),
  'study of forty arms': async () => ofStudy(await exampleStudy({ arms: FORTY, repeats: 6 })),
  'study of forty arms and six metrics': async () =>
    ofStudy(
      await exampleStudy({
        arms: FORTY,
        metrics: SIX,
        sizes: [50, 75, 100, 150, 200, 300, 400, 500, 600, 800],
        repeats: 12,
      }),
    ),
  'study of 10,000 draws': async () =>
    ofStudy(await exampleStudy({ arms: FORTY.slice(0, 10), metrics: ['fid', 'kid'], repeats: 100 })),
  'study of long names': async () => ofStudy(await exampleStudy({ arms: [LONG, `${LONG}2`] })),
  'compare of nothing but its values': () => ofComparison(bare()),
  'compare of forty scores': () => ofComparison(exampleComparison({ scores: FORTY })),
  'compare of long names': () =>
    ofComparison(exampleComparison({ scores: [LONG, `${LONG}2`], control: LONG })),
  'uncertainty of one map': () => ofMaps(exampleUncertainty({ images: 1 })),
  'uncertainty of forty settings': () => ofMaps(settings(FORTY)),
  'uncertainty of long names': () => ofMaps(settings([LONG, `${LONG}2`])),
  'uncertainty without values': () => ofMaps(blank()),
  'uncertainty of 10,000 maps': () => ofMaps(exampleUncertainty({ images: 10_000 })),
  'score models of forty long names': () =>
    ofModels(
      FORTY.map((name) => `${LONG} ${name}`),
      scored([fid]),
    ),
  'score models of one number without errors': () =>
    ofModels(['a', 'b'], scored([{ ...fid, standardError: null, interval: null }])),
  'track of one checkpoint': () => ofTrack([7], scored([fid])),
  'track of forty checkpoints': () =>
    ofTrack(
      FORTY.map((_, i) => 250_000 * i),
      scored([fid]),
    ),
  'score models without values': () => ofModels(['a', 'b'], unknown),
  'score comparison of one number': () => ofTwoScores(scored([fid])),
  'score comparison of forty numbers': () => ofTwoScores(many),
  'score comparison of long names': () => ofTwoScores(long, LONG),
  'study comparison of one draw': async () =>
    ofTwoStudies(await exampleStudy({ arms: ['one'], sizes: [50], repeats: 1 })),
  'study comparison of forty arms and six metrics': async () =>
    ofTwoStudies(await exampleStudy({ arms: FORTY, metrics: SIX, repeats: 2 })),
  'study comparison of long names': async () =>
    ofTwoStudies(await exampleStudy({ arms: [LONG, `${LONG}2`] }), LONG),
} as const satisfies Record<string, () => string | Promise<string>>;

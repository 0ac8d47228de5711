import { compareFigures } from '../../reports/filtering/compare-figures.js';
import { comparePage } from '../../reports/filtering/compare-page.js';
import type { FilteredImages } from '../../reports/filtering/filtered-images.js';
import { modelsFigure } from '../../reports/score/models-figure.js';
import { resultFigure } from '../../reports/score/result-figure.js';
import type { Samples } from '../../reports/score/samples.js';
import { scoreComparison } from '../../reports/score/score-comparison.js';
import { scoreComparisonPage } from '../../reports/score/score-comparison-page.js';
import { scoreModels } from '../../reports/score/score-models.js';
import { scoreModelsPage } from '../../reports/score/score-models-page.js';
import { scorePage } from '../../reports/score/score-page.js';
import { studyComparisonPage } from '../../reports/study/study-comparison-page.js';
import { studyFigures } from '../../reports/study/study-figures.js';
import { studyPage } from '../../reports/study/study-page.js';
import { uncertaintyFigures } from '../../reports/uncertainty/uncertainty-figures.js';
import { uncertaintyPage } from '../../reports/uncertainty/uncertainty-page.js';
import { studyComparison } from '../../sample-size-study/study-comparison.js';
import { exampleComparison } from './compare-report.js';
import { exampleGallery } from './gallery.js';
import { exampleNeighbors, PIXEL } from './neighbors.js';
import { exampleReport } from './score-report.js';
import { exampleStudy } from './study-report.js';
import { exampleUncertainty } from './uncertainty-report.js';

/** A name that a page must never take for markup. */
export const HOSTILE = `<img src="x" onerror="window.owned = 1"> & 'so' "on"`;

/** What the examples call folders, networks, images and the like. */
const NAMES = [
  'photos/',
  'samples/',
  'maps/',
  'scores.csv',
  'test-net',
  'inception-v3-fid',
  'image.png',
  'a/<b>.png',
];

/** The same with every such name hostile. */
function renamed<T>(report: T): T {
  const text = NAMES.reduce(
    (written, name) => written.replaceAll(JSON.stringify(name), JSON.stringify(HOSTILE)),
    JSON.stringify(report),
  );
  return JSON.parse(text);
}

/** Every kind of page, all names hostile. */
export const EXAMPLE_PAGES = {
  score: async () => {
    const report = renamed(exampleReport);
    const figures = [(await resultFigure(report))!];
    return scorePage(report, { neighbors: renamed(exampleNeighbors), figures });
  },
  study: async () => {
    const arms = [HOSTILE, 'plain', 'third'];
    const report = renamed(await exampleStudy({ arms, metrics: ['fid', 'kid'], origin: 'demo' }));
    return studyPage(report, await studyFigures(report));
  },
  compare: async () => {
    const report = renamed(exampleComparison({ scores: [HOSTILE, 'mean'], control: HOSTILE }));
    const drawn = { of: 9, drawn: [{ id: HOSTILE, picture: PIXEL }] };
    const images: FilteredImages = {
      schema: 'steadfid/filtered-images/1',
      filters: [{ score: HOSTILE, dropped: drawn, kept: drawn }],
    };
    return comparePage(report, await compareFigures(report), { images });
  },
  uncertainty: async () => {
    const report = renamed(exampleUncertainty({ images: 40, idOf: (i) => `${HOSTILE} ${i}` }));
    return uncertaintyPage(report, await uncertaintyFigures(report), { gallery: renamed(exampleGallery) });
  },
  'score models': async () => {
    const report = renamed(exampleReport);
    const scores = [HOSTILE, 'second', 'third'].map((source) => ({ source, report }));
    const models = scoreModels(scores, { seed: 1 });
    const images = [{ id: HOSTILE, picture: PIXEL }];
    const samples: Samples = { schema: 'steadfid/samples/1', sets: [{ name: HOSTILE, images }] };
    return scoreModelsPage(models, { figure: await modelsFigure(models), samples });
  },
  'score comparison': async () => {
    const report = renamed(exampleReport);
    return scoreComparisonPage(
      scoreComparison(
        { source: HOSTILE, report },
        { source: 'second', report: { ...report, results: report.results.slice(0, 2) } },
      ),
    );
  },
  'study comparison': async () => {
    const report = renamed(await exampleStudy({ arms: [HOSTILE, 'plain'], metrics: ['fid', 'kid'] }));
    return studyComparisonPage(studyComparison({ source: HOSTILE, report }, { source: 'second', report }));
  },
} as const satisfies Record<string, () => Promise<string>>;

export type PageKind = keyof typeof EXAMPLE_PAGES;
export const PAGE_KINDS = Object.keys(EXAMPLE_PAGES) as PageKind[];

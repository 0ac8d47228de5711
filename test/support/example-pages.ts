import sharp from 'sharp';
import { seededRandom } from '../../numerics/seeded-random.js';
import { compareFigures } from '../../reports/filtering/compare-figures.js';
import { comparePage } from '../../reports/filtering/compare-page.js';
import type { FilteredImages } from '../../reports/filtering/filtered-images.js';
import { modelsFigure } from '../../reports/score/models-figure.js';
import { reconstructionPage } from '../../reports/score/reconstruction-page.js';
import { resultFigure } from '../../reports/score/result-figure.js';
import type { Samples } from '../../reports/score/samples.js';
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
import type { Gallery } from '../../reports/uncertainty/gallery.js';
import { uncertaintyFigures } from '../../reports/uncertainty/uncertainty-figures.js';
import { uncertaintyPage } from '../../reports/uncertainty/uncertainty-page.js';
import { studyComparison } from '../../sample-size-study/study-comparison.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { ReconstructionReport } from '../../scoring/reconstruction.js';
import { exampleComparison } from './compare-report.js';
import { filterDesign, filterStudyReport } from './filter-study.js';
import { exampleGallery } from './gallery.js';
import { gaussianCloud } from './gaussian-cloud.js';
import { exampleNeighbors, PIXEL } from './neighbors.js';
import { exampleReport } from './score-report.js';
import { exampleStudy } from './study-report.js';
import { exampleUncertainty } from './uncertainty-report.js';

/** A name that a page must never take for markup. */
export const HOSTILE = `<img src="x" onerror="window.owned = 1"> & 'so' "on"`;

/** What the examples call folders, networks, images and the like. */
const NAMES = [
  'photos/',
  'reference/',
  'generated/',
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

/** Pictures of one pixel, no two alike. */
function pixels(count: number): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const create = { width: 1, height: 1, channels: 3, background: { r: i, g: 90, b: 120 } } as const;
      return `data:image/png;base64,${(await sharp({ create }).png().toBuffer()).toString('base64')}`;
    }),
  );
}

/** A study of a filter that drops a mode far away. */
async function filteredStudy(): Promise<StudyReport> {
  const [n, d] = [300, 2];
  const generated = gaussianCloud({ n, d, seed: 11, shift: 0.8 });
  const isFar = (i: number) => i % 8 === 0;
  for (let i = 0; i < n; i++) if (isFar(i)) for (let j = 0; j < d; j++) generated.data[i * d + j]! += 8;
  const score = Float64Array.from({ length: n }, (_, i) => (isFar(i) ? 5 : 0) + seededRandom(3, i)());
  const design = await filterDesign({ sizes: [40, 100, 200, 300], repeats: 20 });
  return filterStudyReport(design, { reference: gaussianCloud({ n: 3000, d, seed: 12 }), generated, score });
}

const pair = {
  id: 'image.png',
  decoded: 'image.png',
  width: 32,
  height: 32,
  psnr: 31.2,
  ssim: 0.97,
  msSsim: null,
};

/** Pairs that nobody compared. */
const exampleReconstruction: ReconstructionReport = {
  schema: 'steadfid/reconstruction/1',
  version: '0.1.0',
  originals: { source: 'photos/', n: 2 },
  decoded: { source: 'samples/', n: 2 },
  joinedBy: 'file name',
  color: 'rgb',
  measures: (['psnr', 'ssim'] as const).map((measure) => ({
    measure,
    value: pair[measure],
    standardError: 0.01,
    interval: { low: pair[measure] - 0.02, high: pair[measure] + 0.02, level: 0.95 },
    direction: 'higher-is-better',
    n: 2,
  })),
  pairs: [pair, { ...pair, id: 'other', psnr: 35 }],
  worst: ['image.png', 'other'],
  sets: exampleReport,
  warnings: [{ code: 'PAIRED', message: 'Pairs are of one size' }],
};

/** Every kind of page, all names hostile. */
export const EXAMPLE_PAGES = {
  score: async () => {
    const [fid, ...others] = exampleReport.results;
    const interval = { ...fid!.interval!, low: 0, estimate: 0.1, high: 0.9 };
    const noiseFloor = { value: 3.2, standardError: 0.3, interval, n: { reference: 5000, generated: 1500 } };
    const report = renamed({ ...exampleReport, results: [{ ...fid!, noiseFloor }, ...others] });
    const figures = [(await resultFigure(report))!];
    const pool = (await pixels(40)).map((picture, i) => ({ id: `${HOSTILE} ${i}`, picture }));
    const neighbors = {
      ...renamed(exampleNeighbors),
      samples: { generated: pool, reference: pool.slice(0, 16) },
    };
    return scorePage(report, { neighbors, figures });
  },
  study: async () => {
    const arms = [HOSTILE, 'plain', 'third'];
    const report = renamed(await exampleStudy({ arms, metrics: ['fid', 'kid'], origin: 'demo' }));
    const images = (await pixels(3)).map((picture, level) => ({ id: `${HOSTILE}, level ${level}`, picture }));
    const samples: Samples = { schema: 'steadfid/samples/1', sets: [{ name: 'blur', images }] };
    return studyPage(report, await studyFigures(report), { samples });
  },
  'filter study': async () => {
    const report = renamed(await filteredStudy());
    return studyPage(report, await studyFigures(report));
  },
  compare: async () => {
    const report = renamed(
      exampleComparison({
        ...{ scores: [HOSTILE, 'mean'], control: HOSTILE },
        beside: ['precision', 'density'],
      }),
    );
    const drawn = {
      of: 99,
      drawn: (await pixels(15)).map((picture, i) => ({
        id: `${HOSTILE} ${i}`,
        picture,
        map: { raw: picture, smoothed: picture },
      })),
    };
    const images: FilteredImages = {
      schema: 'steadfid/filtered-images/1',
      maps: { source: HOSTILE, scale: { low: 0, high: 1 }, sigma: 1 },
      filters: [{ score: HOSTILE, dropped: drawn, kept: drawn }],
    };
    return comparePage(report, await compareFigures(report), { images });
  },
  uncertainty: async () => {
    const report = renamed(exampleUncertainty({ images: 40, idOf: (i) => `${HOSTILE} ${i}` }));
    const pictures = await pixels(exampleGallery.entries.length);
    const gallery: Gallery = {
      ...exampleGallery,
      entries: exampleGallery.entries.map((entry, i) => ({
        ...entry,
        id: `${HOSTILE} ${i}`,
        image: pictures[i]!,
      })),
      grids: [
        {
          ...{ rows: 'settings', scale: { low: 0, high: 1 }, sigma: 1 },
          images: [{ id: HOSTILE, image: PIXEL }],
          lines: [
            { name: HOSTILE, maps: [{ raw: PIXEL, smoothed: PIXEL }] },
            { name: 'second', maps: [null] },
          ],
        },
      ],
    };
    return uncertaintyPage(report, await uncertaintyFigures(report), { gallery });
  },
  'score models': async () => {
    const report = renamed(exampleReport);
    const scores = [HOSTILE, 'second', 'third'].map((source) => ({ source, report }));
    const models = scoreModels(scores, { seed: 1 });
    const images = [{ id: HOSTILE, picture: PIXEL }];
    const sets = [HOSTILE, 'second'].map((name) => ({ name, images }));
    const samples: Samples = { schema: 'steadfid/samples/1', sets };
    return scoreModelsPage(models, { figure: await modelsFigure(models), samples });
  },
  track: async () => {
    const report = renamed(exampleReport);
    const track = trackOf(
      [1000, 2000, 3000].map((step) => ({ step, stamp: '', report })),
      { seed: 1, settings: {} },
    );
    const words = { source: 'track.json', noun: 'checkpoints', order: 'as given' } as const;
    return scoreModelsPage(asModels(track), { figure: await trackFigure(track), words });
  },
  reconstruction: async () => {
    const [original, decoded] = (await pixels(2)) as [string, string];
    const pictures = [{ id: HOSTILE, original, decoded }];
    return reconstructionPage(renamed(exampleReconstruction), { provenance: null, pictures });
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

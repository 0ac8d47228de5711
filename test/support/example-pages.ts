import { compareFigures } from '../../reports/compare-figures.js';
import { comparePage } from '../../reports/compare-page.js';
import { scoreComparison } from '../../reports/score-comparison.js';
import { scoreComparisonPage } from '../../reports/score-comparison-page.js';
import { scorePage } from '../../reports/score-page.js';
import { studyFigures } from '../../reports/study-figures.js';
import { studyPage } from '../../reports/study-page.js';
import { uncertaintyFigures } from '../../reports/uncertainty-figures.js';
import { uncertaintyPage } from '../../reports/uncertainty-page.js';
import { exampleComparison } from './compare-report.js';
import { exampleNeighbors } from './neighbors.js';
import { exampleReport } from './score-report.js';
import { exampleStudy } from './study-report.js';
import { exampleUncertainty } from './uncertainty-report.js';

/** A name that a page must never take for markup. */
export const HOSTILE = `<img src="x" onerror="alert('1')"> & 'so' "on"`;
const FORTY = Array.from({ length: 40 }, (_, i) => `arm number ${i} of forty`);

/** Every kind of page with names that are markup, and a study of forty arms. */
export async function examplePages() {
  const study = await exampleStudy({
    arms: [HOSTILE, 'plain', 'third'],
    metrics: ['fid', 'kid'],
    standing: 'demo',
  });
  const forty = await exampleStudy({ arms: FORTY, repeats: 6 });
  const comparison = exampleComparison({ score: HOSTILE, control: HOSTILE });
  const maps = exampleUncertainty({ images: 40, idOf: (i) => `${HOSTILE} ${i}` });
  return {
    score: scorePage(exampleReport, { neighbors: exampleNeighbors }),
    study: studyPage(study, await studyFigures(study)),
    forty: studyPage(forty, await studyFigures(forty)),
    scores: scoreComparisonPage(
      scoreComparison(
        { source: HOSTILE, report: exampleReport },
        { source: 'second', report: exampleReport },
      ),
    ),
    compare: comparePage(comparison, await compareFigures(comparison)),
    uncertainty: uncertaintyPage(maps, await uncertaintyFigures(maps)),
  } as const;
}

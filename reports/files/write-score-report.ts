import type { ScoreReport } from '../../scoring/score-report.js';
import { neighborsFigure } from '../figures/neighbors-figure.js';
import type { Provenance } from '../page/page.js';
import { classFigure } from '../score/class-figure.js';
import { classCsv } from '../score/class-table.js';
import type { Neighbors } from '../score/neighbors.js';
import { resultFigure } from '../score/result-figure.js';
import { scoreCsv } from '../score/score-csv.js';
import { scorePaper } from '../score/score-methods.js';
import { scorePage } from '../score/score-page.js';
import { scoreJson, strictJson } from './json-formats.js';
import { requireNewFiles } from './require-new-files.js';
import { PAPER_FILES, paperFiles, type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Refuses a folder that already holds a report, before any work goes into a new one.
 *
 * @throws InputError FILE_EXISTS naming the file
 */
export function requireNoReport(folder: string): Promise<void> {
  return requireNewFiles(folder, [
    'score.json',
    'score.csv',
    'classes.csv',
    'neighbors.json',
    ...PAPER_FILES,
  ]);
}

/**
 * Writes score.json, score.csv, classes.csv where there are classes, report.html, tables.md, tables.tex and references.bib, and neighbors.json with its figure where it is
 * given, each whole or not at all. Makes the folder where there is none.
 *
 * @returns the paths written
 */
export async function writeScoreReport(
  folder: string,
  report: ScoreReport,
  {
    provenance = null,
    neighbors = null,
    ...writing
  }: WritingOptions & { readonly provenance?: Provenance | null; readonly neighbors?: Neighbors | null },
): Promise<readonly string[]> {
  const results = await resultFigure(report);
  const classes = report.classes === undefined ? null : await classFigure(report);
  const contents: readonly (readonly [string, string])[] = [
    ['score.json', scoreJson(report)],
    ['score.csv', scoreCsv(report)],
    ...(report.classes === undefined ? [] : [['classes.csv', classCsv(report)] as const]),
    [
      'report.html',
      scorePage(report, {
        provenance,
        neighbors,
        figures: [results, classes].filter((figure) => figure !== null),
      }),
    ],
    ...(neighbors === null ? [] : [['neighbors.json', strictJson(neighbors, 'neighbors')] as const]),
    ...paperFiles(scorePaper(report), provenance),
  ];
  const figures = [results, classes, neighbors === null ? null : neighborsFigure(neighbors)].filter(
    (figure) => figure !== null,
  );
  return writeReportFiles(folder, { contents, figures }, writing);
}

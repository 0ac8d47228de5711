import { describe, expect, test } from 'vitest';
import { comparePaper } from '../../reports/filtering/compare-methods.js';
import { scoreHeadline } from '../../reports/score/score-headline.js';
import { scorePaper, scoreTextTable } from '../../reports/score/score-methods.js';
import { scoreModels } from '../../reports/score/score-models.js';
import { modelsHeadline, modelsPaper } from '../../reports/score/score-models-page.js';
import { scoreModelsTable, scoreModelsTextTable } from '../../reports/score/score-models-table.js';
import { scorePage } from '../../reports/score/score-page.js';
import { scoreTable } from '../../reports/score/score-table.js';
import { studyPaper } from '../../reports/study/study-methods.js';
import { latexMethods, PAPER_TEXTS, type Paper } from '../../reports/text/paper.js';
import { uncertaintyPaper } from '../../reports/uncertainty/uncertainty-methods.js';
import { exampleComparison } from '../support/compare-report.js';
import { exampleReport } from '../support/score-report.js';
import { exampleStudy } from '../support/study-report.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

/** A report whose parameters and levels have more digits than a paper prints. */
const [fid, inception] = exampleReport.results;
const fine = {
  ...exampleReport,
  results: [{ ...fid!, protocol: 'cmmd', parameters: { sigma: 10.123456789 } }, inception!],
};

const PAPERS: Readonly<Record<string, () => Promise<Paper>>> = {
  score: async () => scorePaper(fine),
  models: async () => {
    const named = ['one_50 % & #1', '{two} $x$ ^~\\'].map((source) => ({
      source,
      report: { ...exampleReport, results: [fid!] },
    }));
    return modelsPaper(scoreModels(named, { seed: 2020 }));
  },
  study: async () => {
    const report = await exampleStudy({ arms: ['one', 'two'] });
    const distortions = [{ kind: 'blur', levels: [0.1 + 0.2, 1 / 3] }] as const;
    return studyPaper({ ...report, design: { ...report.design, distortions } } as never);
  },
  compare: async () => comparePaper(exampleComparison({ metrics: ['fid', 'cmmd'] })),
  uncertainty: async () => uncertaintyPaper(exampleUncertainty({ images: 30 })),
};

describe.each(Object.entries(PAPERS))('the methods of %s for a paper', (_, paperOf) => {
  test('cite papers, each by a key that references.bib has', async () => {
    const paper = await paperOf();
    const keys = [...PAPER_TEXTS['references.bib'](paper).matchAll(/^@\w+\{([^,]+),/gm)].map(
      ([, key]) => key,
    );
    expect(new Set(keys).size).toBe(keys.length);
    const cited = [...latexMethods(paper).matchAll(/\\cite\{([^}]*)\}/g)].map(([, key]) => key);
    expect(cited.length).toBeGreaterThan(0);
    expect(keys).toEqual(expect.arrayContaining(cited));
    // none of the papers that the text cites is left without its key
    expect(latexMethods(paper)).not.toMatch(/\((?!seed)[^()]{1,60} (19|20)\d\d\)/);
  });

  test('print no number of more than four digits, no sign that LaTeX lacks, and nothing of a template', async () => {
    const { methods, ...paper } = await paperOf();
    const version = /steadfid \d+\.\d+\.\d+/g;
    for (const [number] of methods.replace(version, '').matchAll(/\d+\.\d+/g))
      expect(number.replace('.', '').replace(/^0+/, '').length, number).toBeLessThanOrEqual(4);
    expect(methods).not.toMatch(/undefined|null|NaN|\[object|\$\{| {2}|\(\)|, ,|: \./);
    expect(latexMethods({ methods, ...paper })).toMatch(/^[\x20-\x7e]*$/);
    expect(methods.match(/\(/g)?.length).toBe(methods.match(/\)/g)?.length);
  });
});

test.each(
  Object.entries(PAPERS),
)('the LaTeX of %s has no special sign that is not escaped, balanced braces, and rows of one length', async (_, paperOf) => {
  const paper = await paperOf();
  for (const name of ['methods.tex', 'tables.tex'] as const) {
    const text = PAPER_TEXTS[name](paper)
      .replace(/^%.*\n/gm, '')
      .replace(/\\[\\%&#_${}]/g, (escaped) => (escaped === '\\\\' ? '\n' : ''));
    expect(text).not.toMatch(/[%#]/);
    expect(text.replace(/\$[^$]*\$|\\cite\{[^}]*\}/g, '')).not.toMatch(/[_^$]/);
    expect(text.split('{')).toHaveLength(text.split('}').length);
  }
  const body = /\\toprule\n(.*)\\bottomrule/s.exec(PAPER_TEXTS['tables.tex'](paper))![1]!;
  const rows = body.split(/\\\\\n(?:\\midrule\n)?/).slice(0, -1);
  // a value with its error takes three columns, a head over it one
  const widths = rows.map(
    (row) => row.split(/(?<!\\)&/).length + 2 * (row.split('multicolumn{3}').length - 1),
  );
  expect(new Set(widths).size).toBe(1);
});

test('latexMethods cites known papers alone: a set named like one stays a name', () => {
  const sources = ['Heusel et al. 2017, arXiv:1706.08500'];
  expect(latexMethods({ methods: 'FID (Heusel et al. 2017) of a_b (Other 2020)', sources })).toBe(
    'FID~\\cite{arxiv-1706.08500} of a\\_b (Other 2020)',
  );
});

describe('one rounding of a number', () => {
  const spread = {
    ...inception!,
    value: 2.71934265,
    standardError: null,
    spread: { value: 0.00123, of: '10 splits' },
  };
  const report = { ...exampleReport, results: [spread] };

  test('a value known by its spread has the digits of that spread in headline, tables, page and terminal', () => {
    const shown = '2.7193'; // not the four digits that a value without an error has
    const models = scoreModels(
      ['one', 'two'].map((source) => ({ source, report })),
      { seed: 2020 },
    );
    const style = { columns: 80, colors: 'off' } as const;
    for (const text of [
      scoreHeadline(report),
      scoreTextTable(report).rows.flat().join(' '),
      scoreTable(report, style),
      scorePage(report),
      modelsHeadline(models),
      scoreModelsTable(models, style),
      scoreModelsTextTable(models).rows.flat().join(' '),
    ]) {
      const found = [...text.matchAll(/\b2\.71\d*/g)].map(([number]) => number);
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found)).toEqual(new Set([shown]));
    }
  });
});

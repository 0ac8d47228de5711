import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { csvText, spreadsheetText } from '../../encoders/files/csv-text.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { figureCsv } from '../../reports/figures/figure.js';
import { compareCsv } from '../../reports/filtering/compare-csv.js';
import { scoreCsv } from '../../reports/score/score-csv.js';
import { studyFigures } from '../../reports/study/study-figures.js';
import { studySummaryCsv } from '../../sample-size-study/study-summary.js';
import { scoresCsv, scoreTable } from '../../uncertainty/score-table.js';
import { exampleComparison } from '../support/compare-report.js';
import { scoreOf } from '../support/score-of.js';
import { exampleReport } from '../support/score-report.js';
import { exampleStudy } from '../support/study-report.js';

/** Fields and lines by the letter of RFC 4180, where any line break outside quotes ends a line, as most readers have it. */
function strictFields(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\r|\n|$)/g)) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '') break;
    if (end !== ',') lines.push([]);
  }
  return lines.slice(0, -1);
}

const NAMES = [
  'a,b',
  '"quoted"',
  'line\nfeed',
  'carriage\rreturn',
  'both\r\n',
  '=1+1',
  '+1',
  '-1',
  '@sum',
  ' spaces ',
  '\t',
  'é漢😀',
];
const random = seededRandom(11, 'doubles');
const HARD = [
  0.1 + 0.2,
  5e-324,
  Number.MAX_VALUE,
  Number.EPSILON,
  -0,
  1e21,
  123456789012345680,
  1 / 3,
  2 ** 53 + 2,
];
const DOUBLES = [
  ...HARD,
  ...Array.from({ length: 2000 }, () => (random() - 0.5) * 10 ** Math.round(600 * (random() - 0.5))),
];

/** What a reader of a file for spreadsheets makes of a text: one apostrophe less before what would be a formula. */
function plain(text: string): string {
  return /^''*[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

/** Every number of parsed CSV is one of these, bit for bit. */
function expectAmong(cells: readonly string[], values: readonly number[]): void {
  const known = new Set(values.map(String));
  for (const cell of cells) expect(known.has(String(Number(cell))), cell).toBe(true);
}

describe('csvText', () => {
  test('csvText brings every double back bit for bit', () => {
    const back = strictFields(csvText(DOUBLES.map((value) => [value]))).map(([cell]) => Number(cell));
    expect(back.length).toBe(DOUBLES.length);
    for (const [i, value] of DOUBLES.entries()) expect(Object.is(back[i], value), `${value}`).toBe(true);
  });

  test('csvText brings every name back, by the letter of RFC 4180 and by csv-parse', () => {
    const lines = NAMES.map((name, i) => [name, String(i), '']);
    expect(strictFields(csvText(lines))).toEqual(lines);
    expect(parse(csvText(lines))).toEqual(lines);
    expect(csvText([[null, undefined, 'x']])).toBe(',,x\r\n');
  });
});

describe('spreadsheetText', () => {
  const formulas = [
    '=HYPERLINK("http://a")',
    '+cmd',
    '-2+3',
    '@sum',
    "'=1+1",
    "''@a",
    '\r=1',
    '-0.5',
    "'",
    "it's",
    '-',
  ];

  test('spreadsheetText leaves no text that a spreadsheet takes for a formula, and is read back the same', () => {
    const fields = strictFields(spreadsheetText(formulas.map((text) => [text]))).map(([cell]) => cell!);
    expect(fields.map(plain)).toEqual(formulas);
    expect(fields.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual(['-0.5']);
  });

  test('spreadsheetText leaves numbers as they are', () => {
    expect(spreadsheetText([[-0.5, '-0.5', -1e-7, null, '-1e-7']])).toBe('-0.5,-0.5,-1e-7,,-1e-7\r\n');
  });
});

describe('the CSV of reports', () => {
  test('scoresCsv is read back by scoreTable to the same ids and doubles', () => {
    const entries = Object.fromEntries(NAMES.map((name, i) => [name, DOUBLES[i]!]));
    const { scores } = scoreTable(scoresCsv([scoreOf(entries, 'a "score", =1')]), { source: 'scores.csv' });
    expect(scores.map(({ name }) => name)).toEqual(['a "score", =1']);
    for (const [id, value] of Object.entries(entries)) expect(scores[0]!.byId.get(id)).toBe(value);
  });

  test('scoreCsv keeps names and values', () => {
    const generated = { ...exampleReport.generated, source: NAMES.join('|') };
    const results = DOUBLES.slice(0, 50).map((value) => ({ ...exampleReport.results[0]!, value }));
    const [header, ...lines] = strictFields(scoreCsv({ ...exampleReport, generated, results }));
    const column = (name: string) => lines.map((line) => line[header!.indexOf(name)]!);
    expect(new Set(column('generated'))).toEqual(new Set([generated.source]));
    expect(column('value').map(Number)).toEqual(results.map(({ value }) => value));
  });

  test.each(
    NAMES.filter((name) => !/[\r\n\t]/.test(name)),
  )('summary.csv and the CSV of figures keep an arm called %j and every mean', async (name) => {
    const study = await exampleStudy({ arms: [name, 'plain'], sizes: [50, 100, 200], repeats: 3 });
    const [header, ...lines] = strictFields(studySummaryCsv(study));
    const points = study.curves.flatMap(({ arm, points: all }) =>
      all.map(({ mean, standardDeviation }) => [arm, mean, standardDeviation]),
    );
    const at = (line: readonly string[], column: string) => line[header!.indexOf(column)]!;
    expect(
      lines.map((line) => [
        plain(at(line, 'arm')),
        Number(at(line, 'mean')),
        Number(at(line, 'standard_deviation')),
      ]),
    ).toEqual(points);
    const [figure] = await studyFigures(study);
    const [columns, ...rows] = strictFields(figureCsv(figure!)).map((line) => line.map(plain));
    expect(rows).toEqual(
      figure!.numbers.rows.map((row) =>
        row.map((cell) => (cell === null || cell === undefined ? '' : String(cell))),
      ),
    );
    expect(columns).toEqual(figure!.numbers.header);
  });

  test('compare.csv keeps names and every number', () => {
    const report = exampleComparison({ scores: [NAMES.join('|')], control: NAMES.join('|') });
    const [header, ...lines] = strictFields(compareCsv(report));
    expect(new Set(lines.map(([score]) => score))).toEqual(new Set([NAMES.join('|')]));
    const values = lines.map((line) => line[header!.indexOf('value')]!);
    const known = JSON.stringify(report, (_, value) => value).match(/-?\d+(\.\d+)?(e[+-]?\d+)?/g)!;
    expectAmong(values, known.map(Number));
  });
});

import { describe, expect, test } from 'vitest';
import { scoreCsv } from '../../reports/score/score-csv.js';
import { exampleReport } from '../support/score-report.js';

/** Fields of RFC 4180 text, read by the letter of the standard. */
function fields(text: string): string[][] {
  return text
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
      ),
    );
}

describe('scoreCsv', () => {
  const [header, ...lines] = fields(scoreCsv(exampleReport));
  const column = (name: string): string[] => lines.map((line) => line[header!.indexOf(name)]!);

  test('scoreCsv has a header and one line for each result, all of one length', () => {
    expect(lines.map((line) => line.length)).toEqual(exampleReport.results.map(() => header!.length));
  });

  test('scoreCsv brings every number back exactly, and a missing one is empty', () => {
    expect(column('value')).toEqual(['18.123456789012344', '9.3312', '']);
    expect(column('standard_error')).toEqual(['0.3141', '', '']);
  });

  test('scoreCsv quotes names as RFC 4180 says', () => {
    expect(column('generated')).toEqual(exampleReport.results.map(() => 'samples <b>"new"</b>/'));
  });

  test('scoreCsv marks the numbers of demo encoders and says why a value is missing', () => {
    expect(column('note')).toEqual([
      '',
      'demo encoder: not comparable with published values',
      'needs at least 2 images; got 1.',
    ]);
  });
});

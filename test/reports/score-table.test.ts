import { describe, expect, test } from 'vitest';
import { scoreTextTable } from '../../reports/score/score-methods.js';
import { scoreTable } from '../../reports/score/score-table.js';
import { tableText } from '../../reports/text/text-tables.js';
import { wrappedText } from '../../reports/text/visible-text.js';
import { exampleReport } from '../support/score-report.js';

describe('scoreTable', () => {
  test('scoreTable shows value, error, n, direction and encoder, and marks demo encoders', () => {
    expect(scoreTable(exampleReport, { columns: 80, colors: 'off' })).toBe(
      `reference  photos/  10,000 images
generated  samples <b>"new"</b>/  1,500 images, 1 unreadable left out: a/<img src=x onerror=alert(1)>.png

metric  value           as n → ∞ (95 %)          n (ref : gen)  better
FID     18.12  ± 0.31   15.92 (15.30 to 16.54)  10,000 : 1,500  lower
IS       9.33  sd 0.12                                   1,500  higher
CMMD        –                                       10,000 : 1  lower

* demo encoder: not comparable with published values
encoder: FID, CMMD inception-v3-fid; IS demo-inception*
±: standard error of the value
as n → ∞: the bias-corrected estimate with its 95 % interval, which need not
  hold the value at this n. FID by jackknife of 20 groups
sd: standard deviation of IS over 10 splits; not its standard error
CMMD has no value: needs at least 2 images; got 1.
sources: FID Heusel et al. 2017, arXiv:1706.08500; IS Salimans et al. 2016,
  arXiv:1606.03498; CMMD Jayasumana et al. 2024, arXiv:2401.09603
`,
    );
  });

  test('scoreTable keeps the spread of splits beside a standard error', () => {
    const [, is] = exampleReport.results;
    const report = { ...exampleReport, results: [{ ...is!, standardError: 0.4 }] };
    expect(scoreTable(report, { columns: 80, colors: 'off' })).toContain(
      'sd: standard deviation of IS over 10 splits (0.12); not its standard error',
    );
    expect(scoreTextTable(report).notes!.join(' ')).toContain(
      'sd: standard deviation of IS over 10 splits (0.12), not its standard error.',
    );
  });

  test('scoreTable names three of the images that were left out', () => {
    const skipped = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, reason: 'not a PNG' }));
    const report = { ...exampleReport, generated: { ...exampleReport.generated, skipped } };
    expect(scoreTable(report, { columns: 80, colors: 'off' })).toContain(
      '5 unreadable left out: a, b, c and 2 more\n',
    );
  });

  test('scoreTable colors nothing unless told to', () => {
    expect(scoreTable(exampleReport, { columns: 80, colors: 'off' })).not.toContain('\u001b');
    expect(scoreTable(exampleReport, { columns: 80, colors: 'on' })).toContain('\u001b[33m* demo encoder');
  });

  test('tableText leaves out a column that is empty throughout', () => {
    const table = tableText({
      header: ['a', '', 'n'],
      rows: [['x', '', '10']],
      align: ['left', 'left', 'right'],
    });
    expect(table).toEqual(['a   n', 'x  10']);
  });

  test('tableText and wrappedText count two columns for a wide character and none for a combining mark', () => {
    const rows = [['画像'], ['e\u0301'], ['abcd']].map(([name]) => [name!, '1']);
    expect(tableText({ header: ['set', 'n'], rows, align: ['left', 'right'] })).toEqual([
      'set   n',
      '画像  1',
      'e\u0301     1',
      'abcd  1',
    ]);
    expect(wrappedText('画像 画像 ab', { columns: 9 })).toEqual(['画像 画像', '  ab']);
    expect(wrappedText('画像 画像 ab', { columns: 8 })).toEqual(['画像', '  画像', '  ab']);
  });

  test('wrappedText breaks between words and indents what follows', () => {
    expect(wrappedText('one two three four', { columns: 9 })).toEqual(['one two', '  three', '  four']);
  });
});

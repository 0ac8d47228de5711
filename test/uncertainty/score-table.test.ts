import { describe, expect, test } from 'vitest';
import { chosenScores, scoresCsv, scoreTable } from '../../uncertainty/score-table.js';
import { scoreOf } from '../support/score-of.js';
import { thrown } from '../support/thrown.js';

const source = { source: 'scores.csv' };

describe('scores as CSV', () => {
  test('are written in code-point order of the ids and come back to the last digit', () => {
    const score = {
      ...scoreOf({ b: 0.1 + 0.2, a: -1e-300, 'c, "d"': 3 }),
      undefinedIds: new Map([['e', 'none']]),
    };
    const text = scoresCsv([score]);
    expect(text).toBe('id,sum\r\na,-1e-300\r\nb,0.30000000000000004\r\n"c, ""d""",3\r\ne,\r\n');
    const [back] = scoreTable(text, source).scores;
    expect(back!.byId.get('b')).toBe(0.1 + 0.2);
    expect([...back!.undefinedIds]).toEqual([['e', 'the cell is empty']]);
  });

  test('of other programs are read with a byte-order mark, LF and several columns', () => {
    const { ids, scores } = scoreTable('\uFEFFid,one,two\n7,1,2\n8,3,4\n', source);
    expect([ids, scores.map(({ name, byId }) => [name, byId.get('8')])]).toEqual([
      ['7', '8'],
      [
        ['one', 3],
        ['two', 4],
      ],
    ]);
  });
});

describe('errors of score tables', () => {
  test('a cell that is no number is named by line and column', () => {
    for (const cell of ['NaN', 'inf', 'x', ' ']) {
      expect(thrown(() => scoreTable(`id,sum\na,1\nb,${cell}\n`, source))).toBe(
        `UNREADABLE_FILE scores.csv: line 3, column "sum" must be a finite number, or empty where it does not exist; got "${cell}".`,
      );
    }
  });

  test('a table without ids is refused: rows have no meaning by their position', () => {
    expect(thrown(() => scoreTable('sum\n1\n2\n', source))).toBe(
      'UNREADABLE_FILE scores.csv: the first line must be id,<score>,…; got "sum". Write a header "id,<score>,…" and a line for each image.',
    );
  });

  test('a ragged line, a duplicate id and a duplicate column are refused', () => {
    expect(thrown(() => scoreTable('id,sum\na,1\nb\n', source))).toBe(
      'UNREADABLE_FILE scores.csv: not a table of scores; got Invalid Record Length: expect 2, got 1 on line 3. Write a header "id,<score>,…" and a line for each image.',
    );
    expect(thrown(() => scoreTable('id,sum\na,1\na,2\n', source))).toBe(
      'DUPLICATE_IDS scores.csv: every id must occur once; got 1 that occur more than once: a. Leave one line or file for each image.',
    );
    expect(thrown(() => scoreTable('id,sum,sum\na,1,2\n', source))).toContain(
      'DUPLICATE_IDS scores.csv, columns:',
    );
  });

  test('an unknown column is refused with the nearest', () => {
    expect(thrown(() => chosenScores(scoreTable('id,patch-max,sum\na,1,2\n', source), ['patchmax']))).toBe(
      'UNKNOWN_COLUMN --column: unknown column of scores.csv "patchmax". Did you mean "patch-max"? Known: patch-max, sum.',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { severalLines, severalTexts } from '../../reports/score/several-texts.js';

describe('severalTexts', () => {
  test('texts that differ in the name of their set alone are said once, with the sets', () => {
    const said = ['run-1', 'run-10'].map((name) => ({
      name,
      texts: [`${name} is small`, 'the reference is small'],
    }));
    expect(severalTexts(said)).toEqual([
      { text: 'the set is small', names: ['run-1', 'run-10'] },
      { text: 'the reference is small', names: ['run-1', 'run-10'] },
    ]);
    expect(severalLines(said, 'models')).toEqual([
      'all models: the set is small',
      'all models: the reference is small',
    ]);
  });

  test('what one set alone has keeps its words, and names that may be words of a text stay', () => {
    const said = [
      { name: 'run', texts: ['run is small'] },
      { name: 'a', texts: ['a line is no curve'] },
    ];
    expect(severalLines(said, 'models')).toEqual(['run: run is small', 'a: a line is no curve']);
  });

  test('of many sets three are named', () => {
    const said = Array.from({ length: 9 }, (_, i) => ({ name: `run-${i}`, texts: i < 7 ? ['doubt'] : [] }));
    expect(severalLines(said, 'models')).toEqual(['run-0, run-1, run-2 and 4 more: doubt']);
  });
});

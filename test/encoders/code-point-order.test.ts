import { expect, test } from 'vitest';
import { byCodePoint } from '../../encoders/embedded-set.js';

test('byCodePoint sorts as Python does: characters beyond U+FFFF last', () => {
  const texts = ['\u{1f600}', '\ufb01', 'b', 'a\u{1f600}', 'a\ufb01', 'a', '', 'é', 'B', '\u{1f601}'];
  expect([...texts].sort(byCodePoint)).toEqual([
    '',
    'B',
    'a',
    'a\ufb01',
    'a\u{1f600}',
    'b',
    'é',
    '\ufb01',
    '\u{1f600}',
    '\u{1f601}',
  ]);
});

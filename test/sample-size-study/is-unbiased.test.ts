import { expect, test } from 'vitest';
import { METRICS } from '../../metrics/metric-catalog.js';
import { isUnbiased } from '../../sample-size-study/final-values.js';

test('isUnbiased is true of the numbers whose record says that they have no bias, and of no other', () => {
  const said = METRICS.filter(({ bias }) => bias.startsWith('none')).flatMap(({ results }) => results);
  expect(said.length).toBeGreaterThan(0);
  const held = METRICS.flatMap(({ results }) => results).filter(({ id }) => isUnbiased({ metric: id }));
  expect(held.map(({ id }) => id)).toEqual(said.map(({ id }) => id));
});

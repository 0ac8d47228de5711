import { expect, test } from 'vitest';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

test('a metric that is interrupted between two steps computes no further', async () => {
  const controller = new AbortController();
  let steps = 0;
  const algebra = {
    ...plainAlgebra,
    squareRootSpectrum: (...given: Parameters<typeof plainAlgebra.squareRootSpectrum>) => {
      steps++;
      if (steps === 3) controller.abort(new Error('stopped'));
      return plainAlgebra.squareRootSpectrum(...given);
    },
  };
  const sets = {
    reference: embeddedSet(gaussianCloud({ n: 60, d: 3, seed: 1 })),
    generated: embeddedSet(gaussianCloud({ n: 60, d: 3, seed: 2 })),
  };
  const request = { interval: { level: 0.95 }, algebra, signal: controller.signal };
  await expect(metricById('fid').evaluate(sets, {}, request)).rejects.toMatchObject({
    message: 'fid: was interrupted before its end.',
    cause: { message: 'stopped' },
  });
  expect(steps).toBe(3);
});

import { expect, test } from 'vitest';
import { INTERVAL_BOUNDS, jackknifeProcedure } from '../../metrics/interval-procedure.js';
import type { ConditionMetadata } from '../../sample-size-study/condition-metadata.js';
import { parsedFacts } from '../../sample-size-study/files/parsed-facts.js';

test.each(
  INTERVAL_BOUNDS,
)('facts whose asymptotic value has bounds by %s are read as they were written', async (bounds) => {
  const fact: ConditionMetadata = {
    protocol: 'fid',
    arm: 'mine',
    distortion: 'none',
    level: 0,
    encoder: { id: 'tiny', sha256: null, preprocessing: null, origin: 'custom' },
    dimension: 8,
    poolSize: 24,
    referenceSize: 24,
    referenceContent: null,
    estimator: '',
    limits: {
      fid: {
        estimate: 1,
        standardError: 0.1,
        low: 0.8,
        high: 1.2,
        level: 0.95,
        method: 'jackknife-20',
        procedure: jackknifeProcedure(20, { bounds }),
      },
    },
    analyticSlope: null,
    warnings: [],
  };
  const undistorted = { threshold: 3, keptShare: 0.8 };
  const reaction = {
    ...{ control: 'png-bytes', images: 24, undistorted, threshold: 2, keptShare: 0.9 },
    ...{ changedShare: 0.1, rankAgreement: null },
  };
  const lines = [{ referenceBias: null }, { reaction }, { reaction: null }].map((more) =>
    JSON.stringify({ ...fact, ...more }),
  );
  expect(await parsedFacts(lines, 'facts.csv')).toEqual(lines.map((line) => JSON.parse(line)));
  expect(JSON.stringify((await parsedFacts(lines, 'facts.csv'))[1])).toBe(lines[1]);
});

import { describe, expect, test } from 'vitest';
import { failedChecks, requireKnownLimits } from '../../cli/fail-checks.js';

const results = [
  { metric: 'fid', value: 18.12 },
  { metric: 'precision', value: 0.7 },
  { metric: 'cmmd', value: null },
];

describe('failedChecks', () => {
  test('failedChecks names each result beyond its limit, and none at it', () => {
    const failed = failedChecks(results, {
      failAbove: [
        { result: 'fid', limit: 18 },
        { result: 'precision', limit: 0.7 },
      ],
      failBelow: [
        { result: 'precision', limit: 0.75 },
        { result: 'fid', limit: 18.12 },
      ],
    });
    expect(failed).toEqual([
      '--fail-above: fid is 18.12, above 18.',
      '--fail-below: precision is 0.7000, below 0.75.',
    ]);
  });

  test('failedChecks shows every digit of a value that four would not tell from its limit', () => {
    const close = [{ metric: 'fid', value: 20.000123 }];
    expect(failedChecks(close, { failAbove: [{ result: 'fid', limit: 20 }], failBelow: [] })).toEqual([
      '--fail-above: fid is 20.000123, above 20.',
    ]);
  });

  test('failedChecks of a result without a value is empty: that it has none is said elsewhere', () => {
    expect(failedChecks(results, { failAbove: [{ result: 'cmmd', limit: 0 }], failBelow: [] })).toEqual([]);
  });

  test('requireKnownLimits refuses a limit of a result that there will not be', () => {
    const limits = { failAbove: [{ result: 'fdi', limit: 20 }], failBelow: [] };
    expect(() => requireKnownLimits(limits, ['fid', 'kid'])).toThrow(
      '--fail-above: unknown result of this run "fdi". Did you mean "fid"? Known: fid, kid.',
    );
  });
});

import { expect, test } from 'vitest';
import { COMPARE_FLAGS } from '../../cli/commands/compare.js';
import { SCORE_FLAGS } from '../../cli/commands/score.js';
import { STUDY_FLAGS } from '../../cli/commands/study.js';
import { UNCERTAINTY_FLAGS } from '../../cli/commands/uncertainty.js';
import type { Flag, FlagSet } from '../../cli/flag.js';
import { DEFAULT_COMPARED } from '../../filtering/compare-report.js';
import { DEFAULT_PLAN } from '../../filtering/comparison-plan.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import { DEFAULT_METRICS, DEFAULT_SEED } from '../../scoring/score-request.js';
import { DEFAULT_AGGREGATIONS } from '../../uncertainty/aggregation.js';

/** What the help shows as default for some flags of a command, by their keys. */
function shown(flags: FlagSet, keys: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(keys.map((key) => [key, (flags[key] as Flag<unknown>).absentText]));
}

/** Defaults of the code as a user would type them. */
function typed(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

test('the help of score shows the metrics and the seed that score takes when none are given', () => {
  expect(shown(SCORE_FLAGS, ['metric', 'seed'])).toEqual(
    typed({ metric: DEFAULT_METRICS, seed: DEFAULT_SEED }),
  );
});

test('the help of study shows the defaults that a design is completed with', async () => {
  const least = { reference: 'real/', arms: [{ name: 'a', source: 'fake/' }] };
  const { metrics, repeats, cheapRepeats, scheme, referenceSize, seed } = await parsedDesign(least, 'flags');
  const defaults = { metric: metrics, repeats, cheapRepeats, scheme, referenceSize, seed };
  expect(shown(STUDY_FLAGS, Object.keys(defaults))).toEqual(typed(defaults));
});

test('the help of compare shows the metrics and the plan that compare takes when none are given', () => {
  const { seed, doses, doseDraws, smallestEffect } = DEFAULT_PLAN;
  const defaults = { metric: DEFAULT_COMPARED, seed, doses, doseDraws, smallestEffect };
  expect(shown(COMPARE_FLAGS, Object.keys(defaults))).toEqual(typed(defaults));
});

test('the help of uncertainty shows the aggregations that it takes when none are given', () => {
  expect(shown(UNCERTAINTY_FLAGS, ['aggregate'])).toEqual(typed({ aggregate: DEFAULT_AGGREGATIONS }));
});

import { writeFileSync } from 'node:fs';
import { type Reporter, startVitest, type TestCase } from 'vitest/node';
import { type Agreement, agreementKey, covers } from './agreement.js';
import { AGREEMENTS } from './agreements.js';
import { projectRoot } from './project.js';
import { MEASURING, type StatedPrecision, sourceOfTest } from './stated-precision.js';

/** A test that ran, and the worst error of its comparisons by the tolerance that they were held to. */
interface Measured {
  readonly file: string;
  readonly name: string;
  readonly errors: Readonly<Record<string, number>>;
}

/** 2.3e-15 is 3e-15. */
function roundedUp(error: number): number {
  if (error === 0) return 0;
  const exponent = Math.floor(Math.log10(error));
  return Number(`${Math.ceil(Number((error / 10 ** exponent).toPrecision(6)))}e${exponent}`);
}

function statedOf(row: Agreement, measured: readonly Measured[]): StatedPrecision {
  const tests = measured.filter((test) => covers(row, test));
  const compared = tests.flatMap(({ file, name, errors }) =>
    Object.entries(errors)
      .map(([tolerance, error]) => ({ tolerance: Number(tolerance), error }))
      .filter(({ tolerance }) => covers(row, { file, name, tolerance })),
  );
  if (tests.length === 0 || (row.of !== 'bits' && compared.length === 0)) {
    throw new Error(`${agreementKey(row)}: no test compares`);
  }
  return {
    error: roundedUp(Math.max(0, ...compared.map(({ error }) => error))),
    tolerance: Math.max(0, ...compared.map(({ tolerance }) => tolerance)),
    tests: tests.length,
  };
}

// npm run precision: runs the tests that compare with something outside, and writes the worst errors that they met.
const measured: Measured[] = [];
const failed: string[] = [];
const reporter: Reporter = {
  onTestCaseResult(test: TestCase) {
    if (test.result().state !== 'passed') failed.push(test.fullName);
    const { errors = {} } = test.meta() as { errors?: Record<string, number> };
    measured.push({ file: sourceOfTest(test.module.moduleId), name: test.fullName, errors });
  },
};
process.env[MEASURING] = 'on';
const files = [...new Set(AGREEMENTS.map(({ test }) => `dist/${test.replace(/\.ts$/, '.js')}`))];
const vitest = await startVitest('test', files, {
  root: projectRoot,
  watch: false,
  maxWorkers: 1,
  reporters: [reporter],
});
await vitest.close();
if (failed.length > 0) throw new Error(`tests failed:\n${failed.join('\n')}`);
const rows: Record<string, StatedPrecision> = {};
for (const row of AGREEMENTS) rows[agreementKey(row)] = statedOf(row, measured);
writeFileSync(`${projectRoot}docs/precision.json`, `${JSON.stringify({ rows }, null, 2)}\n`);

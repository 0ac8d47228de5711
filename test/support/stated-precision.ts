import { expect, TestRunner } from 'vitest';

import { type Agreement, agreementKey, covers } from './agreement.js';
import { AGREEMENTS } from './agreements.js';
import { projectFile, projectRoot } from './project.js';

/** What docs/precision.md states of a row, as measured by `npm run precision`. */
export interface StatedPrecision {
  /** worst error of all comparisons, rounded up to one digit */
  readonly error: number;
  /** the widest tolerance that a comparison was held to */
  readonly tolerance: number;
  /** tests that compare */
  readonly tests: number;
}

/** By `agreementKey`. */
export const STATED: Readonly<Record<string, StatedPrecision>> = JSON.parse(
  projectFile('docs/precision.json'),
).rows;

/** Set while the errors are being measured. */
export const MEASURING = 'STEADFID_MEASURING';

/** What another processor may add to the errors of the one that measured; counted levels it may move up to the tolerance. */
const OTHER_PROCESSOR = 10;

/** What another version of Node may add, whose sines and logarithms differ in the last bit. */
const OTHER_NODE = 4;

/** Of values that are float32 themselves, and equal here. */
const FLOAT32_ULP = 2 ** -23;

/** `test/numerics/kernel.test.ts`, from the path of what tsc made of it. */
export function sourceOfTest(path: string): string {
  return path.slice(`${projectRoot}dist/`.length).replace(/\.js$/, '.ts');
}

function mostOf(row: Agreement): number {
  const stated = STATED[agreementKey(row)];
  if (stated === undefined) throw new Error(`${agreementKey(row)}: not measured; npm run precision`);
  if (row.of === 'levels of 255') return stated.tolerance;
  const factor = row.varies === undefined ? OTHER_NODE : OTHER_PROCESSOR;
  return factor * Math.max(stated.error, row.of === 'relative L2' ? FLOAT32_ULP : Number.EPSILON);
}

/** Notes the error of a comparison for the measurement; otherwise it must not be above what docs/precision.md states. */
export function expectAsStated(error: number, tolerance: number): void {
  const test = TestRunner.getCurrentTest();
  const { currentTestName: name, testPath } = expect.getState();
  if (test === undefined || name === undefined || testPath === undefined) return;
  if (process.env[MEASURING] !== undefined) {
    const meta = test.meta as { errors?: Record<string, number> };
    meta.errors ??= {};
    meta.errors[tolerance] = Math.max(meta.errors[tolerance] ?? 0, error);
    return;
  }
  const file = sourceOfTest(testPath);
  for (const row of AGREEMENTS) {
    if (!covers(row, { file, name, tolerance })) continue;
    expect(error, `more than docs/precision.md states of ${row.step}: npm run precision`).toBeLessThanOrEqual(
      mostOf(row),
    );
  }
}

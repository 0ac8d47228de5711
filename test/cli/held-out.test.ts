import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScoreModels } from '../../reports/score/score-models.js';
import { scoreReportSchema } from '../../reports/score/score-schema.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import { bytesOf, npyFile } from '../support/command-files.js';
import { commandHere } from '../support/command-here.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import { projectFile } from '../support/project.js';
import { expectClose } from '../support/tolerance.js';

const { training } = JSON.parse(projectFile('test/reference/data-copying.json')) as {
  readonly training: { readonly train: PackedRows; readonly heldOut: PackedRows };
};
const models = fixtureCases<{ readonly generated: PackedRows; readonly ct: number }>('data-copying');
const gaps = fixtureCases<{ readonly gap: number }>('feature-likelihood').map(({ gap }) => gap);
const folder = mkdtempSync(join(tmpdir(), 'steadfid-held-out-'));
const at = (name: string) => join(folder, name);
const [honest, copying] = models;

beforeAll(() => {
  const { train, heldOut } = training;
  const files = { train, heldOut, honest: honest!.generated, copying: copying!.generated };
  for (const [name, packed] of Object.entries(files)) {
    const { n, d, data } = unpacked(packed);
    writeFileSync(at(`${name}.npy`), npyFile('<f4', [n, d], bytesOf(Float32Array.from(data))));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const words = (...more: readonly string[]) => [
  'score',
  at('train.npy'),
  at('copying.npy'),
  '-m',
  'ct,fld',
  ...more,
];

describe('score --held-out', () => {
  test('gives C_T, FLD and its gap, the peers’ numbers, with n of all three sets and why there is no interval', async () => {
    const { outcome, printed } = await commandHere(
      words('--held-out', at('heldOut.npy'), '--interval', '--json'),
    );
    expect(outcome).toBe('done');
    const report = JSON.parse(printed) as ScoreReport;
    scoreReportSchema.parse(report);
    expect(report.heldOut).toMatchObject({ source: at('heldOut.npy'), n: 120 });
    const [ct, fld, gap] = report.results;
    expect([ct!.metric, fld!.metric, gap!.metric]).toEqual(['ct', 'fld', 'fld-gap']);
    expectClose(ct!.value!, copying!.ct, 1e-9);
    expectClose(gap!.value!, gaps[1]!, 0.02, 1);
    for (const { n, interval, warnings } of report.results) {
      expect(n).toEqual({ reference: 160, generated: 150, heldOut: 120 });
      expect(interval).toBeNull();
      expect(warnings.map(({ code }) => code)).toContain('NO_INTERVAL');
    }
  });

  test('names the set in the table, in the CSV and on the page', async () => {
    const held = ['--held-out', at('heldOut.npy')];
    expect((await commandHere(words(...held, '-o', at('out')))).printed).toMatch(
      /held out {3}\S+ {2}120 images/,
    );
    expect(readFileSync(at('out/report.html'), 'utf8')).toContain('<dt>held out</dt>');
    const [head, first] = readFileSync(at('out/score.csv'), 'utf8').split('\r\n');
    expect(first!.split(',')[head!.split(',').indexOf('n_held_out')]).toBe('120');
  });

  test('is taken for several models', async () => {
    const several = ['score', at('train.npy'), at('honest.npy'), at('copying.npy'), '-m', 'ct'];
    const { outcome, printed } = await commandHere([...several, '--held-out', at('heldOut.npy'), '--csv']);
    expect(outcome).toBe('done');
    expect(printed).toContain(String(honest!.ct).slice(0, 8));
    expect(printed).toContain(String(copying!.ct).slice(0, 8));
  });

  test('C_T and the gap have no better direction: no arrow, no order, no rank', async () => {
    const several = ['score', at('train.npy'), at('copying.npy'), at('honest.npy'), '-m', 'fld,ct'];
    const { printed } = await commandHere([...several, '--held-out', at('heldOut.npy'), '-o', at('models')]);
    expect(printed).toMatch(/^FLD ↓ /m);
    for (const label of ['FLD gap', 'C_T']) {
      expect(printed).toMatch(new RegExp(`^${label} {2}\\d`, 'm'));
      expect(printed).toContain(`${label} is not ranked: neither low nor high is better`);
    }
    const { metrics } = JSON.parse(readFileSync(at('models/score-models.json'), 'utf8')) as ScoreModels;
    for (const { direction, ranking } of metrics.slice(1)) {
      expect(direction).toBe('neither');
      expect(ranking.map(({ model, ranks }) => [model, ranks])).toEqual([
        [0, null],
        [1, null],
      ]);
    }
    const alone = await commandHere(words('--held-out', at('heldOut.npy')));
    expect(alone.printed).toMatch(/^C_T .* neither /m);
  });

  test('left out, the metrics that need it have no value, and say so', async () => {
    const { outcome, remarks } = await commandHere(words());
    expect(outcome).toBe('partly-done');
    expect(remarks.join('\n')).toContain(
      'ct: the metric needs images that were held out from training, beside the training images as reference',
    );
  });

  test('given to metrics that do not take it is refused', async () => {
    const two = ['score', at('train.npy'), at('copying.npy'), '-m', 'fid', '--held-out', at('heldOut.npy')];
    expect((await commandHere(two)).outcome).toContain(
      '--held-out: none of the metrics takes it; got fid. Add --metric ct,fld, or leave it out.',
    );
  });
});

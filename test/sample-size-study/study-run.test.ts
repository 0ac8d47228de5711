import { describe, expect, test } from 'vitest';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { numberText } from '../../numerics/number-text.js';
import type { Rows } from '../../numerics/rows.js';
import { rowRange } from '../../numerics/rows.js';
import type { ConditionMetadata } from '../../sample-size-study/condition-metadata.js';
import { valueError } from '../../sample-size-study/final-values.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import { studyCurve } from '../../sample-size-study/study-curve.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { studyReportOf } from '../../sample-size-study/study-report-of.js';
import type { StudyRow } from '../../sample-size-study/study-run.js';
import { type StudyRequest, type StudyStore, studyRun } from '../../sample-size-study/study-run.js';
import type { StudyData } from '../../sample-size-study/study-tasks.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';

const D = 4;
const reference = gaussianCloud({ n: 400, d: D, seed: 1 });
const arms: Readonly<Record<string, Rows>> = {
  near: gaussianCloud({ n: 300, d: D, seed: 2, shift: 0.2 }),
  far: gaussianCloud({ n: 320, d: D, seed: 3, shift: 0.9 }),
};

function setOf(embeddings: Rows, source: string): EmbeddedSet {
  return embeddedSet(embeddings, {
    source,
    logits: embeddings,
    ids: Array.from({ length: embeddings.n }, (_, i) => `${i}.png`),
  });
}

const data: StudyData = {
  referenceSize: reference.n,
  poolSize: ({ arm }) => (arm === null ? reference.n / 2 : arms[arm.name]!.n),
  sets: async ({ arm }) =>
    arm === null
      ? {
          reference: setOf(rowRange(reference, 0, 200), 'reference/'),
          generated: setOf(rowRange(reference, 200, 400), 'reference/'),
        }
      : { reference: setOf(reference, 'reference/'), generated: setOf(arms[arm.name]!, arm.source) },
};

async function request(changes: Readonly<Record<string, unknown>> = {}): Promise<StudyRequest> {
  const design = await parsedDesign(
    {
      reference: 'reference/',
      arms: Object.keys(arms).map((name) => ({ name, source: `${name}/` })),
      metrics: ['fid', 'kid', 'is'],
      sizes: [20, 50, 100, 200, 300],
      repeats: 5,
      cheapRepeats: 8,
      ...changes,
    },
    'design.json',
  );
  return { design, metrics: design.metrics.map(metricById), data, store: store(), algebra: plainAlgebra };
}

/** A store in memory that may be filled beforehand, and stop the study after some rows. */
function store(
  earlier: readonly StudyRow[] = [],
  facts: readonly ConditionMetadata[] = [],
  stopAfter = Infinity,
): StudyStore & { written: StudyRow[]; factsWritten: ConditionMetadata[] } {
  const written = [...earlier];
  const factsWritten = [...facts];
  return {
    rows: earlier,
    facts,
    written,
    factsWritten,
    keepRows: async (count) => {
      written.length = count;
    },
    appendRows: async (rows) => {
      if (written.length >= stopAfter) throw new Error('killed');
      written.push(...rows);
    },
    appendFacts: async (fact) => {
      factsWritten.push(fact);
    },
  };
}

async function reportOf(whole: StudyRequest): Promise<StudyReport> {
  const { rows, facts } = await studyRun(whole);
  return studyReportOf({ design: whole.design, metrics: whole.metrics, rows, facts });
}

describe('studyRun', () => {
  test('writes one row for each number, size and repeat, the whole pool once', async () => {
    const { rows } = await studyRun(await request());
    const near = rows.filter(({ metric, arm }) => metric === 'fid' && arm === 'near');
    expect(near).toHaveLength(5 * 4 + 1);
    expect(rows.filter(({ metric, arm }) => metric === 'kid' && arm === 'near')).toHaveLength(8 * 4 + 1);
    const far = rows.filter(
      ({ metric, arm, sampleSize }) => metric === 'fid' && arm === 'far' && sampleSize === 300,
    );
    expect(far).toHaveLength(5);
  });

  test('scores halves of the reference against each other as the noise floor, and no metric of one side there', async () => {
    const { rows } = await studyRun(await request());
    const noiseFloor = rows.filter(({ arm }) => arm === NOISE_FLOOR);
    expect(new Set(noiseFloor.map(({ metric }) => metric))).toEqual(new Set(['fid', 'kid']));
    expect(Math.max(...noiseFloor.map(({ sampleSize }) => sampleSize))).toBe(200);
  });

  test('stopped anywhere and taken up again ends in the same rows and facts', async () => {
    const whole = store();
    await studyRun({ ...(await request()), store: whole });
    for (const stopAfter of [1, 21, 40, 60, 90]) {
      const first = store([], [], stopAfter);
      await expect(studyRun({ ...(await request()), store: first })).rejects.toThrow('killed');
      const cutOff = first.written.slice(0, first.written.length - 2); // a draw that is not whole
      const second = store(cutOff, first.factsWritten);
      await studyRun({ ...(await request()), store: second });
      expect(second.written).toEqual(whole.written);
      expect(second.factsWritten).toEqual(whole.factsWritten);
    }
  });

  test('a finished study computes nothing', async () => {
    const whole = store();
    await studyRun({ ...(await request()), store: whole });
    const untouched = { ...data, sets: () => Promise.reject(new Error('encoded again')) };
    const again = await studyRun({
      ...(await request()),
      data: untouched,
      store: store(whole.written, whole.factsWritten),
    });
    expect(again.rows).toEqual(whole.written);
  });

  test('a draw whose numbers leave the range of float64 is null with its reason, and all others are as they would be', async () => {
    const metrics = ['fid', 'kid', 'cmmd', 'prdc', 'mind'];
    const far = rowRange(arms['far']!, 0, 24);
    const outlier = { ...far, data: far.data.slice() };
    outlier.data.fill(1e160, 0, D);
    const rowsWith = async (pool: Rows) => {
      const sets = { reference: setOf(reference, 'reference/'), generated: setOf(pool, 'far/') };
      const one = {
        metrics,
        arms: [{ name: 'far', source: 'far/' }],
        sizes: [3, 12],
        repeats: 6,
        cheapRepeats: 6,
      };
      return (
        await studyRun({
          ...(await request(one)),
          data: { ...data, poolSize: () => far.n, sets: async () => sets },
        })
      ).rows;
    };
    const [plain, spoiled] = [await rowsWith(far), await rowsWith(outlier)];
    const drawOf = ({ arm, sampleSize, repeat }: StudyRow) => `${arm} n = ${sampleSize}, repeat ${repeat}`;
    // cmmd takes directions alone: it is defined in every draw, and another one where the outlier is
    const hit = new Set(
      spoiled.filter((row, i) => row.metric === 'cmmd' && row.value !== plain[i]!.value).map(drawOf),
    );
    expect([...hit].map((draw) => draw.slice(0, 10)).sort()).toContain('far n = 3,');
    expect(hit.size).toBeLessThan(new Set(spoiled.map(drawOf)).size);
    for (const [i, row] of spoiled.entries()) {
      if (row.metric === 'cmmd') expect(Number.isFinite(row.value)).toBe(true);
      else if (!hit.has(drawOf(row)) || plain[i]!.value === null) expect(row).toEqual(plain[i]);
      else expect(row).toEqual({ ...row, value: null, reason: expect.stringMatching(/float64/) });
    }
  });

  test('rows of another design are refused', async () => {
    const whole = store();
    await studyRun({ ...(await request()), store: whole });
    const other = { ...(await request({ metrics: ['kid', 'fid'] })), store: store(whole.written) };
    expect(await rejected(studyRun(other))).toBe(
      'UNREADABLE_FILE rows.csv: must go on with kid of near, repeat 0; got fid of near, repeat 0, n = 20. ' +
        'It belongs to another design: choose another folder, or pass --force to begin anew.',
    );
  });

  test('a size larger than a generated set is refused', async () => {
    expect(await rejected(studyRun(await request({ sizes: [20, 310] })))).toBe(
      'TOO_FEW_SAMPLES --sizes: no size may be larger than the smallest generated set (near: 300 images); got 310. ' +
        'Leave out sizes above 300.',
    );
  });

  test('stops between draws when asked to', async () => {
    const stopping = { ...(await request()), signal: AbortSignal.abort() };
    expect(await rejected(studyRun(stopping))).toBe(
      'INTERRUPTED study: was stopped; every finished row is on disk. Run the same command again to go on.',
    );
  });
});

describe('studyReportOf', () => {
  test('gives the curve of each number: points, fit, required sizes', async () => {
    const { curves } = await reportOf(await request());
    const fid = curves.find(({ metric, arm }) => metric === 'fid' && arm === 'near')!;
    expect(fid.points.map(({ sampleSize }) => sampleSize)).toEqual([20, 50, 100, 200, 300]);
    expect(fid.points.at(-1)!.relativeToLargest).toBe(1);
    expect(fid.points[0]!.mean).toBeGreaterThan(fid.points.at(-1)!.mean);
    expect(fid.fit!.limit).toBeLessThan(fid.points.at(-1)!.mean);
    expect(fid.fit!.slope).toBeGreaterThan(0);
    expect(fid.analyticSlope).toBeGreaterThan(0);
    expect(fid.required.map(({ share }) => share)).toEqual([0.01, 0.02, 0.05, 0.1]);
  });

  test('gives no relative value where the mean does not differ significantly from 0, and says so', async () => {
    const { curves } = await reportOf(await request({ metrics: ['kid'], sizes: [20, 50, 100] }));
    const [near, far] = [NOISE_FLOOR, 'far'].map((name) => curves.find(({ arm }) => arm === name)!);
    expect(near!.points.map(({ relativeToLargest }) => relativeToLargest)).toEqual([null, null, null]);
    expect(near!.required.map(({ settledAt }) => settledAt)).toEqual([null, null, null, null]);
    expect(near!.warnings.map(({ code }) => code)).toContain('NEAR_ZERO');
    expect(far!.points.at(-1)!.relativeToLargest).toBe(1);
    expect(far!.warnings.map(({ code }) => code)).not.toContain('NEAR_ZERO');
  });

  test('with a reference of equal size the bias and the limit are those of both sides', async () => {
    const ofNear = async (referenceSize: 'full' | 'equal') => {
      const { curves } = await reportOf(await request({ metrics: ['fid'], repeats: 20, referenceSize }));
      return curves.find(({ arm }) => arm === 'near')!;
    };
    const [full, equal] = [await ofNear('full'), await ofNear('equal')];
    expect(equal.analyticSlope! / full.analyticSlope!).toBeCloseTo(2, 0);
    expect(equal.analyticSlope! / equal.fit!.slope).toBeCloseTo(1, 0);
    expect(full.limitInterval!.method).toBe('jackknife-20, reference fixed');
    expect(equal.limitInterval!.method).toBe('jackknife-20');
  });

  test('a full reference’s own bias is stated beside the limit, and without it the limit is that of both sides', async () => {
    const ofNear = async (referenceSize: 'full' | 'equal') => {
      const report = await reportOf(await request({ metrics: ['fid'], repeats: 20, referenceSize }));
      return { summary: report.summary, curve: report.curves.find(({ arm }) => arm === 'near')! };
    };
    const [full, equal] = [await ofNear('full'), await ofNear('equal')];
    const { estimate, standardError } = full.curve.limitInterval!;
    const kept = estimate - equal.curve.limitInterval!.estimate;
    expect(full.curve.referenceBias).toBeGreaterThan(0.5 * kept);
    expect(Math.abs(full.curve.referenceBias! - kept)).toBeLessThan(standardError / 2);
    expect(equal.curve.referenceBias).toBeNull();
    expect(full.summary[0]).toMatch(
      /; asymptotic value [\d.]+ \([\d.]+ to [\d.]+(, doubtful)?\), with about 0\.0\d+ of bias from the reference/,
    );
    expect(equal.summary[0]).toMatch(/; asymptotic value [\d.]+ \([\d.]+ to [\d.]+(, doubtful)?\);/);
    expect(full.summary).toContain(
      'Asymptotic values of FID: generated n → ∞ against these 400 reference images (jackknife of 20 groups, reference fixed; all images of the set).',
    );
    expect(equal.summary).toContain(
      'Asymptotic values of FID: n → ∞ (jackknife of 20 groups; all images of the set).',
    );
    expect(full.curve.warnings.map(({ code }) => code)).toContain('BIASED_BY_REFERENCE');
    expect(equal.curve.warnings.map(({ code }) => code)).not.toContain('BIASED_BY_REFERENCE');
  });

  test('ranks two arms that differ, and says from which size on', async () => {
    const { rankings } = await reportOf(await request());
    const fid = rankings.find(({ metric }) => metric === 'fid')!;
    expect(fid).toMatchObject({ arms: ['near', 'far'], requiredSize: 20 });
    expect(fid.pairs).toMatchObject([{ first: 'near', second: 'far', isRanked: true }]);
  });

  test('does not rank two arms of one distribution', async () => {
    const twin = gaussianCloud({ n: 300, d: D, seed: 9, shift: 0.2 });
    const twins: StudyData = {
      ...data,
      poolSize: ({ arm }) => (arm === null ? reference.n / 2 : 300),
      sets: (condition, metric) =>
        condition.name === 'far'
          ? Promise.resolve({ reference: setOf(reference, 'reference/'), generated: setOf(twin, 'twin/') })
          : data.sets(condition, metric),
    };
    const { rankings, summary } = await reportOf({ ...(await request()), data: twins });
    for (const { metric, pairs, requiredSize, crossings, bySize } of rankings) {
      expect([metric, pairs[0]!.isRanked, requiredSize]).toEqual([metric, false, null]);
      for (const crossing of crossings) expect(crossing).toMatchObject({ low: null, high: null });
      expect(bySize.every(({ meanTau, sameBest }) => meanTau === null && sameBest === null)).toBe(true);
    }
    expect(summary.find((line) => line.startsWith('FID: '))).toMatch(
      /^FID: no significant difference between near and far: they differ by [\d.]+ ± [\d.]+; lines cross, but the order is significant neither at small n nor for n → ∞: near and far \(n = 84\)\.$/,
    );
  });

  test('halves of the reference have about twice the bias of the whole', async () => {
    const near = await reportOf(await request({ metrics: ['fid'], repeats: 20 }));
    const [arm, noiseFloor] = ['near', NOISE_FLOOR].map(
      (name) => near.curves.find((curve) => curve.arm === name)!.referenceBias!,
    );
    expect(noiseFloor! / arm!).toBeGreaterThan(1.7);
    expect(noiseFloor! / arm!).toBeLessThan(2.3);
  });

  test('sets no floor beside a biased value where the references are of unlike n and their bias is not known', async () => {
    const { summary } = await reportOf(await request({ metrics: ['cmmd-v', 'cmmd'] }));
    expect(summary[0]).not.toContain('halves of the reference');
    expect(summary.find((line) => line.startsWith('CMMD, near: '))).toMatch(
      /at n = 200 it is \S+, and \S+ between halves of the reference\.$/,
    );
    const alone = await reportOf(await request({ metrics: ['cmmd-v'] }));
    expect(alone.summary.join(' ')).not.toContain('Noise floor');
    const equal = await reportOf(await request({ metrics: ['fid'], referenceSize: 'equal' }));
    expect(equal.summary[0]).toMatch(/at n = \d+ it is \S+, and \S+ between halves of the reference\.$/);
  });

  test('doubts no limit of an unbiased metric, and says no n at which its bias is small', async () => {
    const { curves, summary, rankings } = await reportOf(await request());
    const unbiased = curves.filter(({ metric }) => metric === 'kid' || metric === 'cmmd');
    expect(unbiased.length).toBeGreaterThan(0);
    for (const { fit, warnings, required } of unbiased) {
      expect(fit).toMatchObject({ slope: 0, holds: true });
      expect(warnings.map(({ code }) => code)).not.toContain('WINDOW_MISFIT');
      expect(warnings.map(({ code }) => code)).not.toContain('BIASED_AT_N');
      expect(required.map(({ forBias }) => forBias)).toEqual([null, null, null, null]);
    }
    for (const line of summary.filter((text) => /^(KID|CMMD), /.test(text)))
      expect(line).not.toContain('doubtful');
    expect(rankings.find(({ metric }) => metric === 'kid')!.crossings).toEqual([]);
  });

  test('says a required n only where the limit minus the reference’s own bias differs significantly from 0', async () => {
    const { curves } = await reportOf(await request({ metrics: ['fid'], repeats: 20 }));
    const far = curves.find(({ arm }) => arm === 'far')!;
    const requiredWith = (referenceBias: number) => {
      const draws = far.points.map(({ sampleSize, values }) => ({ sampleSize, values }));
      return studyCurve({ ...far, draws, scheme: 'subsample', warnings: [], referenceBias }).required[0]!;
    };
    expect(requiredWith(0)).toMatchObject({ forBias: expect.any(Number), reason: null });
    expect(requiredWith(far.fit!.limit)).toMatchObject({
      forBias: null,
      forPrecision: null,
      reason: 'the asymptotic value minus the reference’s own bias does not differ significantly from 0',
    });
  });

  test('of a set paired with the reference takes limits of pairs left out together, and nothing from the fit', async () => {
    const noise = gaussianCloud({ n: 300, d: D, seed: 12 });
    const copies = { ...noise, data: noise.data.map((value, i) => reference.data[i]! + 0.5 * value) };
    const paired: StudyData = {
      ...data,
      sets: (condition, metric) =>
        condition.name === 'near'
          ? Promise.resolve({
              reference: setOf(reference, 'reference/'),
              generated: setOf(copies, 'copies/'),
            })
          : data.sets(condition, metric),
    };
    const { curves, summary, warnings } = await reportOf({
      ...(await request({ metrics: ['fid', 'kid'], repeats: 20 })),
      data: paired,
    });
    const [near, far] = ['near', 'far'].map((name) => curves.find(({ arm }) => arm === name)!);
    expect(near).toMatchObject({ isPaired: true, referenceBias: null });
    expect(near!.limitInterval!.method).toBe('jackknife-20');
    expect(near!.required[1]).toMatchObject({ forBias: null, forPrecision: null });
    expect(near!.required[1]!.reason).toMatch(/^the sets are paired/);
    expect(near!.warnings.map(({ code }) => code)).not.toContain('BIASED_AT_N');
    expect(far).toMatchObject({ isPaired: false, referenceBias: expect.any(Number) });
    expect(warnings.map(({ code }) => code)).toContain('PAIRED_SETS');
    for (const line of summary.filter((text) => /^(FID|KID), near/.test(text)))
      expect(line).not.toContain('halves of the reference');
    expect(summary.find((line) => line.startsWith('KID, far'))).toContain('halves of the reference');
    expect(summary.at(-1)).toContain('Paired with the reference: near.');
  });

  test('says the noise floor beside the value at the same n', async () => {
    const { summary, curves } = await reportOf(await request());
    const [near, noiseFloor] = ['near', NOISE_FLOOR].map((arm) => {
      const curve = curves.find(({ metric, arm: name }) => metric === 'fid' && name === arm)!;
      const point = curve.points.find(({ sampleSize }) => sampleSize === 200)!;
      const own = point.mean - curve.referenceBias!;
      return numberText(own, { error: valueError(curve, point) });
    });
    expect(summary[0]).toContain(
      `at n = 200, minus the reference’s own bias, it is ${near}, and ${noiseFloor} between halves of the reference.`,
    );
    expect(summary.at(-1)).toContain(
      'Noise floor: one half of the reference against the 200 images of the other.',
    );
    expect(summary.at(-1)).toMatch(/^In parentheses: 95 % intervals\. /);
  });

  test('holds no NaN and no infinity', async () => {
    const report = await reportOf(await request());
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('says it in ten lines at most, and below them how to read them', async () => {
    const { summary } = await reportOf(await request());
    const notes = summary.findIndex((line) => /^(Asymptotic values of|In parentheses)/.test(line));
    expect(notes).toBeLessThanOrEqual(10);
    expect(summary.slice(notes).every((line) => /^(Asymptotic values of|In parentheses)/.test(line))).toBe(
      true,
    );
    expect(summary[0]).toMatch(/^FID, near: [\d.]+ at n = 300( \(within 5 % of it from n = \d+\))?; /);
  });
});

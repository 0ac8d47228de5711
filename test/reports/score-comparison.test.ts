import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeScoreReport } from '../../reports/files/write-score-report.js';
import { scoreComparison } from '../../reports/score/score-comparison.js';
import { scoreComparisonPage } from '../../reports/score/score-comparison-page.js';
import { scoreComparisonTable } from '../../reports/score/score-comparison-table.js';
import { comparisonHeadline } from '../../reports/text/comparison-words.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { runCommand } from '../support/run-command.js';
import { exampleReport } from '../support/score-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { thrown } from '../support/thrown.js';

/** The example with its FID changed. */
function withFid(change: Partial<ScoreResult>): ScoreReport {
  const [fid, ...others] = exampleReport.results;
  return { ...exampleReport, results: [{ ...fid!, ...change }, ...others] };
}

const CONTENT = exampleReport.reference.content!;

/** The example with its reference changed. */
function withReference(change: Partial<ScoredSide>): ScoreReport {
  return { ...exampleReport, reference: { ...exampleReport.reference, ...change } };
}

function refusal(change: Partial<ScoredSide>): string {
  return thrown(() => scoreComparison(a, named('b', withReference(change))));
}

const named = (source: string, report: ScoreReport) => ({ source, report });
const a = named('a', withFid({ value: 18, standardError: 0.3 }));

describe('scoreComparison', () => {
  test('scoreComparison of 18 ± 0.3 and 16 ± 0.4 is −2 ± 0.5, which 20 groups tell apart in favor of the second', () => {
    const { metrics } = scoreComparison(a, named('b', withFid({ value: 16, standardError: 0.4 })));
    const [fid, is] = metrics;
    expect([fid!.difference, fid!.standardError]).toEqual([-2, 0.5]);
    // Student's t of 19 degrees of freedom: its 97.5 % quantile is 2.093, P(|t| > 4) = 0.00076; two metrics by Holm
    expect(fid!.interval!.low).toBeCloseTo(-2 - 2.093 * 0.5, 3);
    expect(fid!.pValue!).toBeCloseTo(2 * 0.00076, 4);
    expect(fid!.better).toBe('second');
    expect([is!.metric, is!.pValue, is!.better, is!.interval]).toEqual(['is', null, null, null]);
  });

  test('scoreComparison tells 18 ± 0.3 and 17.5 ± 0.4 not apart', () => {
    const { metrics } = scoreComparison(a, named('b', withFid({ value: 17.5, standardError: 0.4 })));
    expect(metrics[0]!.better).toBe(null);
  });

  test('scoreComparison turns its sign with the order of the two', () => {
    const b = named('b', withFid({ value: 16, standardError: 0.4 }));
    const [there, back] = [scoreComparison(a, b).metrics[0]!, scoreComparison(b, a).metrics[0]!];
    expect([back.difference, back.better]).toEqual([-there.difference, 'first']);
  });

  test.each([
    ['one network for fid', { encoder: { ...exampleReport.results[0]!.encoder, sha256: 'other' } }],
    [
      'one preprocessing for fid',
      { encoder: { ...exampleReport.results[0]!.encoder, preprocessing: 'other' } },
    ],
    ['one set of parameters for fid', { parameters: { covarianceDdof: 0 } }],
    ['one number of generated images for fid', { n: { reference: 10000, generated: 1400 } }],
    ['one number of reference images for fid', { n: { reference: 900, generated: 1500 } }],
  ])('scoreComparison refuses two reports without %s', (said, change) => {
    expect(thrown(() => scoreComparison(a, named('b', withFid(change))))).toContain(
      `UNLIKE_REPORTS a, b: both scores must have ${said}`,
    );
  });

  test('scoreComparison refuses references of other content at one path, and other kinds of content', () => {
    const digest = 'bad0'.repeat(16);
    expect(refusal({ content: { ...CONTENT, digest } })).toBe(
      'UNLIKE_REPORTS a, b: both scores must have one reference; got photos/ (images, SHA-256 5e1f5e1f5e1f…) and photos/ (images, SHA-256 bad0bad0bad0…). Score one of the two again as the other was scored.',
    );
    expect(refusal({ source: 'stats.npz', content: { ...CONTENT, of: 'statistics' } })).toContain(
      'one reference; got photos/ (images, SHA-256 5e1f5e1f5e1f…) and stats.npz (statistics, SHA-256 5e1f5e1f5e1f…)',
    );
    expect(refusal({ content: { ...CONTENT, decoding: 'orientation applied' } })).toContain(
      'one way of decoding reference images; got orientation ignored and orientation applied',
    );
  });

  test('scoreComparison takes one reference at two paths for one', () => {
    const made = scoreComparison(a, named('b', withReference({ source: 'copy of photos/' })));
    expect(made.metrics.map(({ metric }) => metric)).toEqual(['fid', 'is']);
    expect(scoreComparisonPage(made)).toContain('<code>photos/</code>, as <code>copy of photos/</code>');
  });

  test('scoreComparison asks for no common reference where no common metric looked at it', () => {
    const alone = {
      ...withReference({ source: 'other/', content: null }),
      results: [exampleReport.results[1]!],
    };
    expect(scoreComparison(a, named('b', alone)).metrics.map(({ metric }) => metric)).toEqual(['is']);
  });

  test('scoreComparison refuses reports without a common metric', () => {
    const results = [{ ...exampleReport.results[0]!, metric: 'kid' }];
    expect(thrown(() => scoreComparison(a, named('b', { ...exampleReport, results })))).toContain(
      'both scores must have at least one metric in common',
    );
  });

  test('scoreComparison says which numbers one report has alone', () => {
    const b = named('b', { ...exampleReport, results: exampleReport.results.slice(0, 1) });
    expect(scoreComparison(a, b).left).toEqual(['IS has a value in a alone']);
  });

  test('scoreComparison warns where both scores are of the same generated images, and not of others', () => {
    const other = {
      ...exampleReport,
      generated: {
        ...exampleReport.generated,
        content: { ...exampleReport.generated.content!, digest: 'bad0'.repeat(16) },
      },
    };
    expect(scoreComparison(a, named('b', other)).warnings).toEqual([]);
    const { warnings } = scoreComparison(a, named('b', exampleReport));
    expect(warnings!.map(({ code }) => code)).toEqual(['SHARED_IMAGES']);
    expect(warnings![0]!.message).toContain(
      'both scores are of the same generated embeddings (SHA-256 a0b1a0b1a0b1…). Their errors are not independent',
    );
  });

  test('a headline says of a difference without p that it is not tested, and of equal values that they are', () => {
    const judged = {
      name: 'FID',
      difference: 1,
      interval: null,
      direction: 'lower-is-better',
      better: null,
    } as const;
    const untested = { ...judged, standardError: null };
    expect(comparisonHeadline(['a', 'b'], [untested])).toMatch(/, not tested$/);
    const equal = { ...judged, difference: 0, standardError: 0.1 };
    expect(comparisonHeadline(['a', 'b'], [equal, equal])).toMatch(/, equal; of 2 values all are equal$/);
    expect(comparisonHeadline(['a', 'b'], [untested, equal])).toMatch(
      /, not tested; of 2 values none is decided$/,
    );
  });

  test('scoreComparisonTable names reports by what tells their paths apart, n and reference, and why nothing can be told', () => {
    const left = named('../runs/first-set/', withFid({ value: 18, standardError: 0.3 }));
    const right = named('../runs/other', withFid({ value: 17.5, standardError: 0.4 }));
    const { title, label, header, rows, notes } = scoreComparisonTable(scoreComparison(left, right));
    expect(title).toBe('other minus first-set: FID and IS and their differences');
    expect(label).toBe('comparison-first-set-other');
    expect(header.slice(1, 3)).toEqual(['first-set', 'other']);
    expect(rows.map((row) => row.at(-1))).toEqual(['undecided', 'undecided']);
    const said = notes!.join(' ');
    expect(said).toContain(
      'Each of n = 1,500 generated images against 10,000 reference images of photos/ (FID); n = 1,500 generated images (IS).',
    );
    expect(said).toContain(
      'Differences are of the values before rounding; their 95 % intervals take the errors of both as independent',
    );
    expect(said).toContain('Undecided: FID (p is 0.05 or more); IS (without a standard error of both).');
    expect(said).toContain('Encoders of IS are demos (demo encoder: not comparable with published values).');
  });

  test('scoreComparisonTable puts names too long for its columns into its title', () => {
    const [first, second] = ['one', 'two'].map((name) => named(`${name}-${'x'.repeat(30)}`, a.report));
    const { title, header } = scoreComparisonTable(scoreComparison(first!, second!));
    expect(header.slice(1, 3)).toEqual(['first', 'second']);
    expect(title).toMatch(/^two-x{30} \(second\) minus one-x{30} \(first\): /);
  });

  test('its page holds names as text, and says which differences cannot be judged', () => {
    const written = scoreComparisonPage(scoreComparison(a, named('<i>b', withFid({ value: 16 }))));
    expect(written).not.toContain('<i>');
    expect(written).toContain('IS (without a standard error of both)');
  });

  test('steadfid report a --with b prints the difference, and writes it with -o', async () => {
    const cwd = temporaryFolder();
    await writeScoreReport(join(cwd, 'a'), a.report, { existing: 'refused' });
    await writeScoreReport(join(cwd, 'b'), withFid({ value: 16, standardError: 0.4 }), {
      existing: 'refused',
    });
    const { code, stdout, stderr } = await runCommand(['report', 'a', '--with', 'b', '-o', 'out'], { cwd });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^FID ↓ +18\.00 +16\.00 +−2\.00 +−3\.05 to −0\.95 +0\.0015 +b$/m);
    expect(stderr).toContain('out/report.html and 3 more files');
  });
});

import { describe, expect, test } from 'vitest';
import type { EncoderIdentity } from '../../encoders/encoder.js';
import { VERSION } from '../../encoders/encoder.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { scoreJson } from '../../reports/files/json-formats.js';
import { parsedScoreReport } from '../../reports/score/score-schema.js';
import { score } from '../../scoring/score.js';
import { embeddedSet, TEST_ENCODER } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { projectRoot } from '../support/project.js';

const reference = embeddedSet(gaussianCloud({ n: 60, d: 4, seed: 1 }), { source: 'photos' });
const generated = embeddedSet(gaussianCloud({ n: 40, d: 4, seed: 2, shift: 1 }), {
  source: 'samples',
  logits: gaussianCloud({ n: 40, d: 3, seed: 3 }),
});
const official: EncoderIdentity = {
  id: 'inception-v3-fid',
  sha256: '11'.repeat(32),
  preprocessing: 'torch-bilinear 299, -1..1',
  origin: 'official',
};
const unknown: EncoderIdentity = { id: 'unknown', sha256: null, preprocessing: null, origin: 'unknown' };

describe('score', () => {
  test('score gives every number with n, encoder, parameters, seed, direction and version', async () => {
    const report = await score({ reference, generated, metrics: ['fid'] });
    expect(report).toMatchObject({
      schema: 'steadfid/score/1',
      version: VERSION,
      reference: { source: 'photos', n: 60, skipped: [] },
      generated: { source: 'samples', n: 40, skipped: [] },
      seed: 2020,
    });
    expect(report.results).toHaveLength(1);
    expect(report.results[0]).toMatchObject({
      metric: 'fid',
      protocol: 'fid',
      direction: 'lower-is-better',
      n: { reference: 60, generated: 40 },
      encoder: TEST_ENCODER,
      parameters: { covarianceDdof: 1 },
      standardError: null,
      interval: null,
    });
    expect(report.results[0]!.value).toBeGreaterThan(1);
  });

  test('results come in the order asked, one protocol may give several, and IS looks at the generated set alone', async () => {
    const { results } = await score({ reference, generated, metrics: ['precision-recall', 'is', 'fid'] });
    expect(results.map(({ metric, protocol, n }) => [metric, protocol, n.reference])).toEqual([
      ['precision', 'precision-recall', 60],
      ['recall', 'precision-recall', 60],
      ['is', 'is', null],
      ['fid', 'fid', 60],
    ]);
  });

  test('the seed and the parameters reach the metrics that know them, and change their draws', async () => {
    const kid = async (seed: number) => {
      const parameters = { kidSubsets: 4, kidSubsetSize: 20 };
      const { results } = await score({ reference, generated, metrics: ['kid', 'fid'], seed, parameters });
      return results;
    };
    const [first, second, again] = [await kid(1), await kid(2), await kid(1)];
    expect(first[0]!.parameters).toEqual({ kidSubsets: 4, kidSubsetSize: 20, seed: 1 });
    expect(again).toEqual(first);
    expect(second[0]!.value).not.toBe(first[0]!.value);
    expect(second[1]!.value).toBe(first[1]!.value);
  });

  test('a parameter that no metric takes is refused', async () => {
    await expect(
      score({ reference, generated, metrics: ['fid'], parameters: { kidSubsets: 4 } }),
    ).rejects.toThrow('--kid-subsets: none of the metrics takes it; got fid.');
  });

  test('an order of Infinity is written as a word, and read back it gives the same report', async () => {
    const vendi = (vendiOrder: number | string) =>
      score({ reference, generated, metrics: ['vendi'], parameters: { vendiOrder } });
    const first = await vendi(Number.POSITIVE_INFINITY);
    const read = parsedScoreReport(JSON.parse(scoreJson(first)));
    expect(read).toEqual(first);
    const order = read.results[0]!.parameters['vendiOrder']!;
    expect(order).toBe('Infinity');
    expect(await vendi(order)).toEqual(first);
    await expect(vendi('much')).rejects.toThrow('--vendi-order: must be a number; got much.');
  });

  test('a metric that needs more images is null with the reason, and the others are given', async () => {
    const { results } = await score({ reference, generated, metrics: ['kid', 'fid'] });
    expect(results[0]).toMatchObject({
      metric: 'kid',
      value: null,
      reason:
        "--kid-subset-size must be at most the generated set's size; got --kid-subset-size 1000, n 40. Pass --kid-subset-size 40 or fewer, take --metric kid-all-pairs, or supply 960 more images.",
    });
    expect(typeof results[1]!.value).toBe('number');
  });

  test('a metric that needs more images than a folder has says so before its network is opened', async () => {
    const emoji = `${projectRoot}examples/emoji/twemoji.zip`;
    const told: string[] = [];
    const request = {
      reference: emoji,
      generated: emoji,
      encoder: 'no/such/network.onnx',
      parameters: { kidSubsetSize: 9000 },
      onRefused: ({ metric, reason }: { metric: string; reason: string }) =>
        told.push(`${metric}: ${reason}`),
    };
    const { results } = await score({ ...request, metrics: ['kid'] });
    const reason = expect.stringMatching(
      /^--kid-subset-size must be at most the reference set's size; got --kid-subset-size 9000, n \d+\. Pass --kid-subset-size \d+ or fewer, take --metric kid-all-pairs, or supply \d+ more images\.$/,
    );
    expect(results).toMatchObject([
      { metric: 'kid', value: null, reason, encoder: { id: 'no/such/network.onnx', sha256: null } },
    ]);
    expect(told).toEqual([`kid: ${results[0]!.reason}`]);
    await expect(score({ ...request, metrics: ['kid', 'fid'] })).rejects.toThrow('no/such/network.onnx');
    expect(told).toHaveLength(2);
  });

  test('metrics that a set cannot serve are null with the reason, whether they were asked for or are defaults', async () => {
    const sides = { reference: generated, generated: reference }; // no logits to score
    const report = await score(sides);
    const reason =
      'the metric needs class logits, and photos does not hold that. Give the images, or the file that steadfid encode wrote of them.';
    expect(report.results.map(({ metric, value }) => [metric, value === null])).toEqual([
      ['fid', false],
      ['is', true],
      ['cmmd', false],
    ]);
    expect(report.results[1]).toMatchObject({ value: null, reason });
    const asked = await score({ ...sides, metrics: ['is'] });
    expect(asked.results).toMatchObject([{ metric: 'is', value: null, reason }]);
  });

  test('an encoder that was named for sets that are embeddings already is not passed over in silence', async () => {
    const { warnings } = await score({ reference, generated, metrics: ['fid'], encoder: 'demo' });
    expect(warnings.map(({ code }) => code)).toEqual(['ENCODER_NOT_USED']);
  });

  test('sides of unlike encoders are refused', async () => {
    const other = { ...generated, encoder: official };
    await expect(score({ reference, generated: other, metrics: ['fid'] })).rejects.toThrow(
      'photos, samples: both sides must come from one encoder and one preprocessing; got test-net@00000000 (unresized, 0..1) and inception-v3-fid@11111111 (torch-bilinear 299, -1..1).',
    );
  });

  test.each([
    ['demo', { ...official, id: 'demo-inception', origin: 'demo' }, ['DEMO_ENCODER']],
    ['custom', TEST_ENCODER, ['CUSTOM_ENCODER']],
    ['official', official, []],
  ] as const)('a result by a %s encoder says so', async (_, encoder, codes) => {
    const sides = { reference: { ...reference, encoder }, generated: { ...generated, encoder } };
    const { results } = await score({ ...sides, metrics: ['fid'] });
    const ofEncoder = results[0]!.warnings.map(({ code }) => code).filter((code) => /ENCODER/.test(code));
    expect(ofEncoder).toEqual(codes);
  });

  test('what its network and preprocessing alone set apart from fid is nothing but fid on another network, and is said', async () => {
    const sides = {
      reference: { ...reference, encoder: TEST_ENCODER },
      generated: { ...generated, encoder: TEST_ENCODER },
    };
    const { results } = await score({ ...sides, metrics: ['fid', 'fid-clean'] });
    const said = results.map(
      ({ warnings }) => warnings.find(({ code }) => code === 'OTHER_PROTOCOL')?.message,
    );
    expect(said).toEqual([
      undefined,
      'the same as fid on test-net with its own preprocessing: fid-clean is defined by inception-v3-fid on pillow-bicubic-float 299, (x-128)/128',
    ]);
  });

  test('a published network under another preprocessing than the metric’s is not the published protocol, and is said', async () => {
    const sides = {
      reference: { ...reference, encoder: official },
      generated: { ...generated, encoder: official },
    };
    const { results } = await score({ ...sides, metrics: ['fid', 'fid-tf'] });
    expect(
      results.map(({ warnings }) => warnings.filter(({ code }) => code === 'OTHER_PREPROCESSING')),
    ).toEqual([
      [],
      [
        {
          code: 'OTHER_PREPROCESSING',
          message:
            'defined on tf1-bilinear 299, (x-128)/128; photos was encoded with torch-bilinear 299, -1..1: not the published protocol',
        },
      ],
    ]);
  });

  test('where one side does not say its encoder, the result has that of the other', async () => {
    const sides = { reference, generated: { ...generated, encoder: unknown } };
    const { results } = await score({ ...sides, metrics: ['fid'] });
    expect(results[0]!.encoder).toEqual(TEST_ENCODER);
  });

  test('an abort between two classes, or in the middle of a metric, stops the work', async () => {
    const stop = new AbortController();
    const onProgress = ({ unit, done }: { unit: string; done: number }) => {
      if (unit === 'classes' && done === 1) stop.abort();
    };
    const labeled = (source: string, seed: number) =>
      embeddedSet(gaussianCloud({ n: 40, d: 3, seed }), {
        source,
        ids: Array.from({ length: 40 }, (_, i) => `${i % 2 === 0 ? 'ant' : 'bee'}/${i}`),
      });
    const sides = { reference: labeled('photos', 1), generated: labeled('samples', 2) };
    const request = { ...sides, metrics: ['fid'], perClass: 'on', onProgress } as const;
    await expect(score({ ...request, signal: stop.signal })).rejects.toMatchObject({
      name: 'InterruptedError',
      message: 'score: was interrupted before its end.',
    });
    const run = metricById('fid').evaluate(sides, {}, { signal: AbortSignal.abort() });
    await expect(run).rejects.toMatchObject({ message: 'fid: was interrupted before its end.' });
  });

  test('an aborted signal stops the work', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const run = score({ reference, generated, signal, metrics: ['fid'] });
    await expect(run).rejects.toMatchObject({
      name: 'InterruptedError',
      code: 'INTERRUPTED',
      message: 'score: was interrupted before its end.',
      cause: signal.reason,
    });
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { officialEncoder } from '../../encoders/networks/encoder-catalog.js';
import { metricById } from '../../metrics/metric-catalog.js';
import type { Comparison } from '../../metrics/metric-definition.js';
import { completeParameters } from '../../metrics/metric-parameters.js';
import { PROTOCOLS } from '../../metrics/records/protocols.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { GaussianMoments } from '../../numerics/gaussian-moments.js';
import type { Rows } from '../../numerics/rows.js';
import { drawnSets } from '../../scoring/published-protocol.js';
import { score } from '../../scoring/score.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import { npyFile, npzFile } from '../support/command-files.js';
import { runHere } from '../support/command-here.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { requireFormat } from '../support/json-formats.js';
import { projectFile } from '../support/project.js';

/** (a·i + b·j + c·i·j + 5·i²) mod modulus / 1024, as test/reference/adm-evaluator.py makes it. */
function table(n: number, d: number, [a, b, c, modulus]: readonly [number, number, number, number]): Rows {
  const data = Float32Array.from({ length: n * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    return ((a * i + b * j + c * i * j + 5 * i * i) % modulus) / 1024;
  });
  return { n, d, data };
}

describe('the adm protocol beside guided-diffusion’s evaluator', () => {
  const expected = JSON.parse(projectFile('test/reference/adm-evaluator.json'));
  const { n } = expected;
  const sets = {
    reference: embeddedSet(table(n.reference, 12, [37, 101, 13, 1021])),
    generated: embeddedSet(table(n.generated, 12, [53, 97, 29, 1013])),
  };
  const protocol = PROTOCOLS.find(({ id }) => id === 'adm')!;

  async function valuesOf(metric: string, of: Comparison): Promise<Record<string, number | null>> {
    const record = metricById(metric);
    const own = Object.entries(protocol.parameters).filter(([name]) => name in record.parameters);
    const values = await record.evaluate(of, Object.fromEntries(own), { algebra: plainAlgebra });
    return Object.fromEntries(values.map(({ id, value }) => [id, value]));
  }

  test('FID and sFID are its values of the same embeddings', async () => {
    const spatial = {
      reference: embeddedSet(table(n.reference, 9, [61, 89, 17, 1009])),
      generated: embeddedSet(table(n.generated, 9, [71, 83, 31, 997])),
    };
    const fid = (await valuesOf('fid-tf', sets))['fid-tf']!;
    const sfid = (await valuesOf('sfid', spatial))['sfid']!;
    expect(Math.abs(fid / expected.fid - 1)).toBeLessThan(1e-9);
    expect(Math.abs(sfid / expected.sfid - 1)).toBeLessThan(1e-9);
  });

  test('precision and recall are its shares of the same embeddings', async () => {
    expect(await valuesOf('precision-recall', sets)).toEqual({
      precision: expected.precision,
      recall: expected.recall,
    });
  });

  test('IS is its mean over chunks of 5,000 in order, the last of 2,300, and splits of a permutation are not', async () => {
    const { data, ...shape } = table(n.scored, 7, [211, 17, 7, 1019]);
    const logits = { ...shape, data: data.map((value) => 8 * value) };
    const generated = embeddedSet(null, { logits });
    const { is } = await valuesOf('is', { reference: generated, generated });
    expect(Math.abs(is! / expected.is - 1)).toBeLessThan(1e-12);
    const permuted = await metricById('is').evaluate({ reference: generated, generated }, {});
    expect(Math.abs(permuted[0]!.value! / expected.is - 1)).toBeGreaterThan(1e-6);
  });
});

describe('protocols are data', () => {
  test('every protocol names metrics of the catalog, and values that their parameters may have', () => {
    for (const { id, metrics, parameters, draws } of PROTOCOLS) {
      const records = metrics.map(metricById);
      for (const name of Object.keys(parameters))
        expect(
          records.some((record) => name in record.parameters),
          `${id}: ${name}`,
        ).toBe(true);
      for (const { id: metric, parameterDefinitions } of records) {
        const own = Object.entries(parameters).filter(([name]) => name in parameterDefinitions);
        completeParameters(metric, parameterDefinitions, Object.fromEntries(own));
      }
      expect(metrics).toEqual(expect.arrayContaining(Object.keys(draws)));
    }
    expect(new Set(PROTOCOLS.map(({ id }) => id)).size).toBe(PROTOCOLS.length);
  });
});

describe('score with a protocol', () => {
  const cloud = (n: number, seed: number) =>
    embeddedSet(gaussianCloud({ n, d: 3, seed }), {
      source: `samples${seed}/`,
      logits: gaussianCloud({ n, d: 4, seed }),
    });

  test('too few generated images are refused with both numbers, and so are too many', async () => {
    const sets = { reference: cloud(40, 1), generated: cloud(30, 2) };
    await expect(score({ ...sets, protocol: 'edm' })).rejects.toThrow(
      '--protocol edm: the generated set must be 50,000 images; got 30, samples2/. Generate 49,970 more. ' +
        'For values at this n, which no published ones are, pass --protocol-n 30, or --metric fid-tf without the protocol.',
    );
    await expect(score({ ...sets, protocol: 'edm', protocolN: 20 })).rejects.toThrow(
      '--protocol-n: the generated set must be 20 images; got 30, samples2/. Pass --limit 20 to draw as many.',
    );
    const unknown = { ...sets.generated, n: null, embeddings: null };
    await expect(score({ ...sets, generated: unknown, protocol: 'edm' })).rejects.toThrow(
      'got a file that does not say how many, samples2/. Give the images, or statistics of steadfid stats',
    );
  });

  test('a stated n is a departure of the report, and parameters are the protocol’s', async () => {
    const report = await score({
      reference: cloud(40, 1),
      generated: cloud(30, 2),
      protocol: 'adm',
      protocolN: 30,
      metrics: ['is', 'fid-tf'],
    });
    expect(report.protocol).toMatchObject({
      id: 'adm',
      n: 50_000,
      departures: ['it is of 50,000 generated images, and this of 30'],
    });
    expect(report.results.map(({ metric }) => metric)).toEqual(['is', 'fid-tf']);
    expect(report.results[0]).toMatchObject({
      parameters: { isSplitting: 'chunks-of-5000' },
    });
  });

  test('what a protocol fixes cannot be changed', async () => {
    const sets = { reference: cloud(40, 1), generated: cloud(30, 2), protocolN: 30 };
    await expect(score({ ...sets, protocol: 'adm', metrics: ['kid'] })).rejects.toThrow(
      '--protocol adm: its metrics are is, fid-tf, sfid, precision-recall; got kid. Run it apart, without --protocol.',
    );
    await expect(score({ ...sets, protocol: 'adm', encoder: 'clip-vit-b-32' })).rejects.toThrow(
      '--protocol adm: the network is part of the protocol; got --encoder clip-vit-b-32.',
    );
    await expect(
      score({ ...sets, protocol: 'torch-fidelity', parameters: { kidSubsets: 5 } }),
    ).rejects.toThrow('--protocol torch-fidelity: --kid-subsets is 100 in it; got 5.');
    await expect(score({ ...sets, protocol: 'torch-fidelity', seed: 1 })).rejects.toThrow(
      '--seed is 2020 in it; got 1.',
    );
    await expect(score({ ...sets, protocol: 'torchfidelity' })).rejects.toThrow(
      '--protocol: unknown protocol "torchfidelity". Did you mean "torch-fidelity"?',
    );
    await expect(score(sets)).rejects.toThrow(
      '--protocol-n: goes with --protocol; got 30. Name the protocol.',
    );
  });

  test('a protocol that looks at so many images draws as many of both sides, by the seed', () => {
    const sets = { reference: cloud(40, 1), generated: cloud(30, 2) };
    const counts = (most: number | undefined) => {
      const { reference, generated } = drawnSets(sets, most, 7);
      return [reference.n, reference.embeddings!.n, generated.n];
    };
    expect([counts(20), counts(35), counts(undefined)]).toEqual([
      [20, 20, 20],
      [30, 30, 30],
      [40, 40, 30],
    ]);
    const rowsOf = (seed: number) => drawnSets(sets, 20, seed).reference.embeddings;
    expect(rowsOf(7)).toEqual(rowsOf(7));
    expect(rowsOf(8)).not.toEqual(rowsOf(7));
  });

  test('more reference images than a protocol draws are refused', async () => {
    const sets = { reference: cloud(50_001, 1), generated: cloud(30, 2) };
    await expect(score({ ...sets, protocol: 'dgm-eval', protocolN: 30 })).rejects.toThrow(
      '--protocol dgm-eval: the reference set must be at most 50,000 images; got 50,001, samples1/. Pass --limit 50000 to draw as many of each set.',
    );
  });
});

describe('a reference batch of guided-diffusion', () => {
  const SIDE = 12;
  const WHOLE = 40;
  const PART = 10;
  let cwd: string;
  let moments: GaussianMoments;

  /** Images of smooth, unlike patterns. */
  const images = (n: number, seed: number) =>
    npyFile(
      '|u1',
      [n, SIDE, SIDE, 3],
      Uint8Array.from({ length: n * SIDE * SIDE * 3 }, (_, at) => {
        const [i, pixel] = [Math.floor(at / (SIDE * SIDE * 3)), Math.floor(at / 3) % (SIDE * SIDE)];
        const wave = Math.sin(
          ((i + seed) * (pixel % SIDE)) / 7 + ((at % 3) * Math.floor(pixel / SIDE)) / (2 + (i % 5)),
        );
        return Math.round(127 + 100 * wave);
      }),
    );
  const doubles = (shape: readonly number[], data: ArrayLike<number>) =>
    npyFile('<f8', shape, Buffer.from(Float64Array.from(data).buffer));
  const run = (...words: readonly string[]) => runHere(['score', ...words], { cwd });
  const scored = async (...words: readonly string[]) => {
    const { stdout, stderr } = await run(...words, '--encoder', 'demo', '--json');
    const report = JSON.parse(stdout === '' ? JSON.stringify(stderr) : stdout) as ScoreReport;
    requireFormat('score', report);
    return report;
  };
  const numberOf = ({ results }: ScoreReport, id: string) => results.find(({ metric }) => metric === id)!;

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'steadfid-protocol-'));
    const write = (name: string, files: Readonly<Record<string, Uint8Array>>) =>
      writeFileSync(join(cwd, name), npzFile(files));
    write('whole.npz', { 'arr_0.npy': images(WHOLE, 1) });
    write('part.npz', { 'arr_0.npy': images(PART, 1) });
    write('samples.npz', { 'arr_0.npy': images(30, 100) });
    let sets: Comparison | undefined;
    await score({
      reference: join(cwd, 'whole.npz'),
      generated: join(cwd, 'whole.npz'),
      metrics: ['fid-tf'],
      encoder: 'demo',
      cache: null,
      onSets: (encoded) => {
        sets = encoded;
      },
    });
    moments = await plainAlgebra.gaussianMoments(sets!.reference.embeddings!);
    const { d, mean, covariance } = moments;
    const statistics = {
      'mu.npy': doubles([d], mean),
      'sigma.npy': doubles([d, d], covariance),
    };
    const spatial = {
      'mu_s.npy': doubles(
        [d],
        mean.map((value) => value + 1),
      ),
      'sigma_s.npy': doubles([d, d], covariance),
    };
    write('VIRTUAL.npz', { ...statistics, ...spatial, 'arr_0.npy': images(PART, 1) });
    write('no-images.npz', { ...statistics, ...spatial });
    write('no-spatial.npz', { ...statistics, 'arr_0.npy': images(PART, 1) });
  });

  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  test('one command takes mu, sigma, mu_s, sigma_s and arr_0 each for its metrics', async () => {
    const report = await scored('VIRTUAL.npz', 'samples.npz', '--protocol', 'adm', '--protocol-n', '30');
    expect(report.results.map(({ metric, n }) => [metric, n.reference, n.generated])).toEqual([
      ['is', null, 30],
      ['fid-tf', null, 30],
      ['sfid', null, 30],
      ['precision', PART, 30],
      ['recall', PART, 30],
    ]);
    expect(report.protocol!.departures).toEqual([
      'it is of 50,000 generated images, and this of 30',
      'a demo encoder takes the place of its network',
    ]);
    const whole = await scored('whole.npz', 'samples.npz', '--metric', 'fid-tf');
    const fid = numberOf(report, 'fid-tf').value!;
    expect(Math.abs(fid / numberOf(whole, 'fid-tf').value! - 1)).toBeLessThan(1e-6);
    // every mean moved by 1
    const moved = numberOf(report, 'sfid').value!;
    expect(moved).toBeGreaterThan(fid);
    const part = await scored('part.npz', 'samples.npz', '--metric', 'precision-recall,fid-tf');
    expect(numberOf(report, 'precision').value).toBe(numberOf(part, 'precision').value);
    expect(numberOf(report, 'recall').value).toBe(numberOf(part, 'recall').value);
    expect(numberOf(part, 'fid-tf').value).not.toBeCloseTo(fid, 3);
  });

  test('the statistics alone encode no reference image, and its number is not known', async () => {
    const report = await scored('VIRTUAL.npz', 'samples.npz', '--metric', 'fid-tf');
    expect(report.reference.n).toBeNull();
    expect(numberOf(report, 'fid-tf').value).toBeCloseTo(
      numberOf(await scored('whole.npz', 'samples.npz', '--metric', 'fid-tf'), 'fid-tf').value!,
      6,
    );
  });

  test('without images precision and recall have no value, with the reason, and the rest has', async () => {
    const { code, stdout } = await run(
      ...['no-images.npz', 'samples.npz', '--protocol', 'adm', '--protocol-n', '30'],
      ...['--encoder', 'demo', '--json'],
    );
    const report = JSON.parse(stdout) as ScoreReport;
    expect(code).toBe(2);
    expect(report.results.map(({ metric, value }) => [metric, value === null])).toEqual([
      ['is', false],
      ['fid-tf', false],
      ['sfid', false],
      ['precision', true],
      ['recall', true],
    ]);
    expect(numberOf(report, 'precision').reason).toBe(
      'the metric needs the embedding of every image, and no-images.npz does not hold that. Give the images, or the file that steadfid encode wrote of them.',
    );
  });

  test('without mu_s, sFID is of the images beside the statistics', async () => {
    const report = await scored('no-spatial.npz', 'samples.npz', '--metric', 'sfid');
    expect(numberOf(report, 'sfid').n.reference).toBe(PART);
  });

  test('sFID of statistics of the last layer is refused by name, and FID is given', async () => {
    const { n: _, ...set } = embeddedSet(null, { source: 'stats.npz' });
    const d = 2048;
    const covariance = new Float64Array(d * d);
    for (let j = 0; j < d; j++) covariance[j * (d + 1)] = 1;
    const unknown = { id: 'unknown', sha256: null, preprocessing: null, origin: 'unknown' } as const;
    const reference = {
      ...set,
      n: null,
      encoder: unknown,
      moments: { n: null, d, mean: new Float64Array(d), covariance },
    };
    const generated = embeddedSet(gaussianCloud({ n: 5, d, seed: 3 }));
    const { results } = await score({ reference, generated, metrics: ['sfid', 'fid-tf'] });
    expect(results[0]).toMatchObject({
      value: null,
      reason:
        'the metric needs statistics of the spatial layer, mu_s and sigma_s, and stats.npz holds mu and sigma alone. Give the whole reference batch, or the images.',
    });
    expect(results[1]!.value).toBeGreaterThan(0);
  });

  test('the spatial network is made of the checkpoint that is here, and asked for where there is none', async () => {
    const models = join(cwd, 'models');
    mkdirSync(models);
    const words = ['whole.npz', 'samples.npz', '--metric', 'sfid', '--models', models];
    expect((await run(...words)).stderr).toContain(
      `--encoder inception-v3-fid-spatial: the network must be in ${models}; got none there.`,
    );
    const { file } = officialEncoder('inception-v3-fid').checkpoint;
    writeFileSync(join(models, file), 'no checkpoint');
    expect((await run(...words)).stderr).toContain(`${join(models, file)}: `);
  });

  test('the table says which protocol, and why the values are not its own', async () => {
    const { stdout } = await run(
      'VIRTUAL.npz',
      'samples.npz',
      '--protocol',
      'adm',
      '--protocol-n',
      '30',
      '--encoder',
      'demo',
    );
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('protocol adm: openai/guided-diffusion');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'not its published values: it is of 50,000 generated images, and this of 30',
    );
  });
});

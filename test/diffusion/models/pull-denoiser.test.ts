import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  DENOISER_CATALOG,
  type OfficialDenoiser,
  type PublishedFile,
} from '../../../diffusion/models/denoiser-catalog.js';
import { pullDenoiser } from '../../../diffusion/models/pull-denoiser.js';
import { verifiedDenoiser } from '../../../diffusion/models/verify-denoiser.js';
import { openDenoiser } from '../../../diffusion/open-denoiser.js';
import { denoiserCase } from '../../support/denoiser-cases.js';
import { fileServer, serve } from '../../support/file-server.js';
import { writeSafetensors } from '../../support/safetensors-file.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected } from '../../support/thrown.js';

/** A published network of a test's own, and the folder of its files. */
function published(name: string, beside: Readonly<Record<string, unknown>> = {}) {
  const folder = temporaryFolder();
  const from = join(folder, 'from/');
  mkdirSync(from);
  writeSafetensors(join(from, 'net.ckpt'), denoiserCase(name));
  for (const [file, value] of Object.entries(beside)) writeFileSync(join(from, file), JSON.stringify(value));
  const bytes = readFileSync(join(from, 'net.ckpt'));
  const hashOf = (algorithm: 'sha256' | 'md5') => createHash(algorithm).update(bytes).digest('hex');
  const denoiser = (
    hash: PublishedFile['hash'],
    conversion: OfficialDenoiser['conversion'],
  ): OfficialDenoiser => ({
    id: 'mine',
    title: 'A test’s own',
    conversion,
    files: [
      { file: 'net.ckpt', url: 'http://127.0.0.1:1/', sizeBytes: null, approximateBytes: 1e6, hash },
      ...Object.keys(beside).map((file) => ({
        file,
        url: 'http://127.0.0.1:1/',
        sizeBytes: null,
        approximateBytes: null,
        hash: null,
      })),
    ],
    license: 'none',
    source: 'none',
  });
  return { folder: join(folder, 'models'), from, bytes, hashOf, denoiser };
}

const DDPM = { architecture: 'ddpm', imageSize: 8 } as const;

describe('pullDenoiser', () => {
  test('a file without a stated hash is taken, and said not to be verified', async () => {
    const { folder, from, hashOf, denoiser } = published('ddpm-pooled');
    const { path, files, steps } = await pullDenoiser(denoiser(null, DDPM), { folder, from });
    expect(steps).toEqual(['downloading', 'converting']);
    expect(files).toMatchObject([{ check: 'not verified', sha256: hashOf('sha256') }]);
    const opened = await openDenoiser(path);
    expect(opened.description).toMatchObject({ id: 'mine', imageSize: 8 });
    await opened.close();
    expect((await pullDenoiser(denoiser(null, DDPM), { folder, from })).steps).toEqual([]);
  });

  test.each([
    'sha256',
    'md5',
  ] as const)('a file is compared with its %s, and another one kept aside', async (algorithm) => {
    const { folder, from, hashOf, denoiser } = published('ddpm-pooled');
    const wrong = { algorithm, value: '0'.repeat(hashOf(algorithm).length), source: 'nobody' };
    expect(await rejected(pullDenoiser(denoiser(wrong, DDPM), { folder, from }))).toMatch(
      new RegExp(
        `^CHECKSUM_MISMATCH .*net\\.ckpt: must have ${algorithm === 'md5' ? 'MD5' : 'SHA-256'} 0+; got ${hashOf(algorithm)}`,
      ),
    );
    expect(readdirSync(join(folder, 'mine'))).toEqual(['net.ckpt.bad']);
    const right = { algorithm, value: hashOf(algorithm), source: 'the test' };
    const { files } = await pullDenoiser(denoiser(right, DDPM), { folder, from });
    expect(files[0]!.check).toBe(algorithm);
  });

  test('a file of that name that is another one is set aside and fetched', async () => {
    const { folder, from, hashOf, denoiser } = published('ddpm-pooled');
    mkdirSync(join(folder, 'mine'), { recursive: true });
    writeFileSync(join(folder, 'mine', 'net.ckpt'), 'another');
    const hash = { algorithm: 'md5', value: hashOf('md5'), source: 'the test' } as const;
    await pullDenoiser(denoiser(hash, DDPM), { folder, from });
    expect(readFileSync(join(folder, 'mine', 'net.ckpt.bad'), 'utf8')).toBe('another');
  });

  test('of diffusers, what stands beside the weights is fetched too', async () => {
    const { config } = denoiserCase('diffusers-ddpm');
    const beside = { 'config.json': config, 'scheduler_config.json': { num_train_timesteps: 100 } };
    const { folder, from, denoiser } = published('diffusers-ddpm', beside);
    const { path } = await pullDenoiser(denoiser(null, { architecture: 'diffusers-unet' }), { folder, from });
    const { schedule } = JSON.parse(readFileSync(path.replace('.onnx', '.json'), 'utf8')) as {
      schedule: unknown;
    };
    expect(schedule).toEqual({ kind: 'linear', steps: 100, betaStart: 1e-4, betaEnd: 0.02 });
  });

  test('a size that no one states is asked of the server', async () => {
    const { folder, bytes, denoiser } = published('ddpm-pooled');
    const server = await fileServer(({ start }, response) => serve(bytes, start, response));
    const { files } = await pullDenoiser(denoiser(null, DDPM), { folder, from: server.url });
    expect(readFileSync(files[0]!.path).equals(bytes)).toBe(true);
    const silent = await fileServer((_, response) => {
      response.write('in pieces, without a length');
      response.end();
    });
    expect(
      await rejected(pullDenoiser({ ...denoiser(null, DDPM), id: 'other' }, { folder, from: silent.url })),
    ).toMatch(/^DOWNLOAD_FAILED .*an answer that does not say its size/);
  });
});

describe('verifiedDenoiser', () => {
  const stateOf = async (denoiser: OfficialDenoiser, folder: string) => {
    const { files, network } = await verifiedDenoiser(denoiser, folder);
    return [...files.map(({ state }) => state), network.state, network.reason?.replaceAll(`${folder}/`, '')];
  };

  test('says of each file whether it is the published one, and of the network whether it is what the checkpoint gives', async () => {
    const { folder, from, hashOf, denoiser } = published('ddpm-pooled');
    const stated = denoiser({ algorithm: 'md5', value: hashOf('md5'), source: 'the test' }, DDPM);
    expect(await stateOf(stated, folder)).toEqual(['missing', 'missing', undefined]);
    await pullDenoiser(stated, { folder, from });
    expect(await stateOf(stated, folder)).toEqual(['published', 'converted', undefined]);
    expect(await stateOf(denoiser(null, DDPM), folder)).toEqual(['not verified', 'converted', undefined]);
    const other = denoiser({ algorithm: 'sha256', value: '0'.repeat(64), source: 'nobody' }, DDPM);
    expect((await stateOf(other, folder))[0]).toBe('other');
  });

  test('finds a network and a sidecar that were changed, and one whose checkpoint is gone', async () => {
    const { folder, from, denoiser } = published('ddpm-pooled');
    const mine = denoiser(null, DDPM);
    await pullDenoiser(mine, { folder, from });
    const [sidecar, network] = [join(folder, 'mine.json'), join(folder, 'mine.onnx')];
    const told = readFileSync(sidecar, 'utf8');
    writeFileSync(sidecar, told.replace('"betaEnd": 0.02', '"betaEnd": 0.03'));
    expect(await stateOf(mine, folder)).toEqual(['not verified', 'other', 'mine.json has another schedule']);
    writeFileSync(sidecar, told);
    const bytes = readFileSync(network);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(network, bytes);
    expect(await stateOf(mine, folder)).toEqual([
      'not verified',
      'other',
      'mine.onnx is not what the checkpoint converts to',
    ]);
    rmSync(join(folder, 'mine/net.ckpt'));
    expect(await stateOf(mine, folder)).toEqual([
      'missing',
      'other',
      'its checkpoint is not here to be compared with',
    ]);
  });
});

describe('DENOISER_CATALOG', () => {
  test('each id is there once, and each hash has a source and the length of its kind', () => {
    const ids = DENOISER_CATALOG.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { file, hash, url, sizeBytes, approximateBytes } of DENOISER_CATALOG.flatMap(
      ({ files }) => files,
    )) {
      expect(url, file).toMatch(/^https:\/\//);
      if (hash !== null) {
        expect(hash.value, file).toMatch(hash.algorithm === 'md5' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/);
        expect(hash.source).not.toBe('');
      }
      if (sizeBytes !== null) expect(Math.abs(approximateBytes! / sizeBytes - 1)).toBeLessThan(1e-3);
    }
  });

  test('what the tensors of guided diffusion do not say is given for each', () => {
    for (const { id, conversion } of DENOISER_CATALOG) {
      if (conversion.architecture !== 'adm') continue;
      expect(conversion.imageSize, id).toBeGreaterThan(0);
      expect(conversion.schedule, id).toBeDefined();
      expect(conversion.heads ?? conversion.headChannels, id).toBeGreaterThan(0);
    }
  });
});

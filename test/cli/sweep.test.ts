import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNpy } from '../../encoders/files/read-npy.js';
import { type SweepArm, sweepFolder, sweepLaws, sweepSettings } from '../../uncertainty/laplace/sweep.js';
import { npyFile, npzFile } from '../support/command-files.js';
import { commandHere } from '../support/command-here.js';
import { fileDigests } from '../support/file-digests.js';
import { requireFormat } from '../support/json-formats.js';
import { patternImage } from '../support/pattern-image.js';
import { runCommand } from '../support/run-command.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { writeSmallPosterior } from '../support/small-posterior.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectClose } from '../support/tolerance.js';

const FEW = ['-n', '3', '--steps', '10', '--clip', 'x0', '--samples', '4', '--skip', '2'];

async function world(): Promise<{ readonly cwd: string; readonly words: readonly string[] }> {
  const cwd = temporaryFolder();
  const denoiser = await writeSmallDenoiser(cwd);
  const posterior = await writeSmallPosterior(join(cwd, 'posterior.npz'), denoiser);
  return { cwd, words: ['--denoiser', denoiser, '--posterior', posterior] };
}

test('steadfid sweep under one setting gives the maps of steadfid generate with that posterior', async () => {
  const { cwd, words } = await world();
  await commandHere(['generate', ...words, ...FEW, '-o', join(cwd, 'one')]);
  await commandHere(['sweep', ...words, ...FEW, '-o', join(cwd, 'sweep')]);
  for (const name of readdirSync(join(cwd, 'one/maps')))
    expect(
      readFileSync(join(cwd, 'sweep/full_sigma1.0_precision1.0', name)).equals(
        readFileSync(join(cwd, 'one/maps', name)),
      ),
    ).toBe(true);
  expect(readdirSync(join(cwd, 'sweep/images'))).toEqual(readdirSync(join(cwd, 'one/images')));
});

test('steadfid sweep finds the isotropic law exactly where no covariance is drawn: λ 1 to 4 is a quarter', async () => {
  const { cwd, words } = await world();
  const grid = [
    '--structures',
    'isotropic,full',
    '--noise-sd',
    '0.5,1',
    '--prior-precision',
    '1,4',
    '--covariance',
    'none',
  ];
  const said = await commandHere([
    'sweep',
    ...words,
    ...FEW,
    ...grid,
    '--keep-times',
    '400',
    '-o',
    join(cwd, 'sweep'),
  ]);
  const report = JSON.parse(readFileSync(join(cwd, 'sweep/sweep.json'), 'utf8'));
  requireFormat('sweep', report);
  const { laws, arms } = report;
  const isotropic = laws.filter(
    (law: { structure: string; changed: string }) =>
      law.structure === 'isotropic' && law.changed === 'prior-precision',
  );
  expect(isotropic.length).toBe(2);
  for (const law of isotropic) expectClose(law.measured, 0.25, 1e-5); // maps are float32
  expect(laws.every((law: { agrees: boolean }) => law.agrees)).toBe(true);
  expect(arms.length).toBe(8);
  expect(said.printed).toContain('isotropic law');
  expect(readdirSync(join(cwd, 'sweep/by-time')).length).toBe(8);
  const early = await readNpy(join(cwd, 'sweep/by-time/full_sigma1.0_precision1.0_t400/img_1000002.npy'));
  expect(early.shape).toEqual([3, 8, 8]);
  const compared = await commandHere([
    'uncertainty',
    join(cwd, 'sweep/isotropic_sigma1.0_precision1.0'),
    join(cwd, 'sweep/isotropic_sigma1.0_precision4.0'),
    '--json',
  ]);
  const [law] = JSON.parse(compared.printed).comparison.laws;
  expectClose(law.measured, law.isotropic, 1e-5);
});

test('steadfid sweep refuses a latent network, and times that are none, before it looks at training images', async () => {
  const cwd = temporaryFolder();
  const denoiser = await writeSmallDenoiser(cwd, { channels: 4 });
  const fitting = ['sweep', '--images', join(cwd, 'none'), ...FEW, '-o', join(cwd, 'sweep')];
  const latent = await commandHere([...fitting, '--denoiser', denoiser]);
  expect(latent.outcome).toContain('must make images of 1 or 3 channels; got 4 channels');
  const pixels = await writeSmallDenoiser(cwd);
  const times = await commandHere([...fitting, '--denoiser', pixels, '--keep-times', '5']);
  expect(times.outcome).toContain('--keep-times: must be times that 10 steps come to; got 5.');
  expect(existsSync(join(cwd, 'sweep'))).toBe(false);
});

test('steadfid sweep leaves a finished sweep and foreign images alone, before it looks at training images', async () => {
  const { cwd, words } = await world();
  const [, denoiser] = words;
  const folder = join(cwd, 'sweep');
  const sweep = (...more: readonly string[]) =>
    commandHere(['sweep', '--denoiser', denoiser!, ...more, ...FEW, '-o', folder]);
  mkdirSync(join(folder, 'images'), { recursive: true });
  writeFileSync(join(folder, 'images/img_1000000.png'), 'mine');
  const foreign = await sweep('--images', join(cwd, 'none'));
  expect(foreign.outcome).toContain(
    'img_1000000.png: there are files of another origin, and they were left as they are',
  );
  expect(readFileSync(join(folder, 'images/img_1000000.png'), 'utf8')).toBe('mine');
  const made = await sweep('--posterior', join(cwd, 'posterior.npz'), '--force');
  expect(made.outcome).toBe('done');
  const again = await sweep('--images', join(cwd, 'none'));
  expect(again.outcome).toContain('sweep.json: this sweep is finished, and was left as it is.');
});

test('steadfid sweep fits to the array of a file that --key names, and says which', async () => {
  const { cwd, words } = await world();
  const [, denoiser] = words;
  const images = (value: number) =>
    npyFile(
      '|u1',
      [4, 9, 8, 3],
      Uint8Array.from({ length: 4 * 9 * 8 * 3 }, (_, at) => (at * value) % 251),
    );
  const source = join(cwd, 'train.npz');
  writeFileSync(source, npzFile({ 'a.npy': images(7), 'b.npy': images(31) }));
  const sweep = (folder: string, ...more: readonly string[]) =>
    commandHere([
      ...['sweep', '--denoiser', denoiser!, '--images', source, ...FEW],
      ...['-o', join(cwd, folder), ...more],
    ]);
  expect((await sweep('none')).outcome).toContain('Name the array');
  const means = [];
  for (const key of ['a', 'b']) {
    expect((await sweep(key, '--key', key)).outcome).toBe('done');
    const report = JSON.parse(readFileSync(join(cwd, key, 'sweep.json'), 'utf8'));
    requireFormat('sweep', report);
    expect(report.sums).toMatchObject({ kind: 'images', source, key });
    means.push(report.arms[0].mean);
  }
  expect(means[0]).not.toBe(means[1]);
});

test('steadfid sweep that was killed goes on with the posterior that it had fitted, and ends in the same bytes', async () => {
  const { cwd, words } = await world();
  const [, denoiser] = words;
  mkdirSync(join(cwd, 'train'));
  for (let i = 0; i < 6; i++) {
    const { width, height, data } = patternImage(8, 9 + i);
    writeFileSync(
      join(cwd, 'train', `${i}.ppm`),
      Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), data]),
    );
  }
  const all = (folder: string, ...more: readonly string[]) => [
    'sweep',
    ...['--denoiser', denoiser!, '--images', join(cwd, 'train'), '--structures', 'full,diag'],
    ...['--prior-precision', '1,4', ...FEW, '--keep-times', '300', '-o', join(cwd, folder), ...more],
  ];
  expect((await commandHere(all('whole'))).outcome).toBe('done');
  const expected = fileDigests(join(cwd, 'whole'));
  expect(Object.keys(expected)).toHaveLength(3 + 4 * 3 * 2 + 3); // images, maps, posterior.npz, sweep.json, sweep.txt

  const isBegun = () => existsSync(join(cwd, 'killed/images/img_1000000.png'));
  const killed = await runCommand(all('killed', '--batch-size', '1'), {
    cwd,
    interruptWhen: isBegun,
    interruptBy: 'SIGKILL',
  });
  expect(killed.code).toBeNull();
  expect(existsSync(join(cwd, 'killed/sweep.json'))).toBe(false);
  const other = await commandHere(all('killed', '--seed', '3'));
  expect(other.outcome).toMatch(/unfinished\.json: was begun with sums\.seed 2020; got 3\. Go on with/);
  rmSync(join(cwd, 'train/5.ppm')); // not needed again
  expect((await commandHere(all('killed'))).outcome).toBe('done');
  expect(fileDigests(join(cwd, 'killed'))).toEqual(expected);
});

const arm = (noiseSd: number, priorPrecision: number, mean: number): SweepArm => {
  const setting = { structure: 'diag', noiseSd, priorPrecision } as const;
  return { ...setting, folder: sweepFolder(setting), mean, negativeShare: 0 };
};

test('sweepLaws expect wider maps of a larger σ and narrower ones of a larger λ, and say where they are not', () => {
  const laws = sweepLaws([arm(1, 1, 2), arm(2, 1, 3), arm(1, 4, 2.5), arm(2, 4, -1)]);
  expect(laws.map(({ changed, expected, agrees }) => [changed, expected, agrees])).toEqual([
    ['noise-sd', 'wider', true],
    ['prior-precision', 'narrower', false],
    ['prior-precision', 'narrower', null],
    ['noise-sd', 'wider', null],
  ]);
});

test('sweepSettings are all of a grid, each once', () => {
  const settings = sweepSettings({
    structures: ['full', 'diag'],
    noiseSds: [1, 0.1, 1],
    priorPrecisions: [1e-5],
  });
  expect(settings.map(sweepFolder)).toEqual([
    'full_sigma0.1_precision1e-05',
    'full_sigma1.0_precision1e-05',
    'diag_sigma0.1_precision1e-05',
    'diag_sigma1.0_precision1e-05',
  ]);
});

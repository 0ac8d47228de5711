import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noiseSchedule } from '../../diffusion/noise-schedule.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { openNpz } from '../../encoders/files/npz.js';
import { openNpzWriter } from '../../encoders/files/npz-writer.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { noisyImages } from '../../uncertainty/laplace/fit-pairs.js';
import { readPosterior } from '../../uncertainty/laplace/posterior-file.js';
import { exactVariance, varianceForm } from '../../uncertainty/laplace/variance-form.js';
import { runHere } from '../support/command-here.js';
import { patternImage } from '../support/pattern-image.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectAllClose, FLOAT32_FORM_TOLERANCE, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const laplace = (words: string, cwd: string) => runHere(['laplace', ...words.split(' ')], { cwd });

/** A folder with small.onnx, images of other sizes in train/, and fit.npz of 4 pairs. */
async function workplace(): Promise<string> {
  const cwd = temporaryFolder();
  await writeSmallDenoiser(cwd);
  mkdirSync(join(cwd, 'train'));
  for (let i = 0; i < 5; i++) {
    const { width, height, data } = patternImage(8, 9 + i);
    const head = Buffer.from(`P6\n${width} ${height}\n255\n`);
    writeFileSync(join(cwd, 'train', `${i}.ppm`), Buffer.concat([head, data]));
  }
  await writeArrays(join(cwd, 'fit.npz'), { x: 1, noise: 2 });
  await writeArrays(join(cwd, 'inputs.npz'), { x: 3 });
  return cwd;
}

const T = [0, 10, 500, 999];

async function writeArrays(path: string, arrays: Readonly<Record<string, number>>): Promise<void> {
  const npz = await openNpzWriter(path, []);
  for (const [name, seed] of Object.entries(arrays)) {
    const data = Float32Array.from(standardNormals(4 * 192, seededRandom(seed)));
    await npz.array(name, { shape: [4, 3, 8, 8], data });
  }
  await npz.array('t', { shape: [4], data: BigInt64Array.from(T, BigInt) });
  await npz.commit();
}

describe('steadfid laplace', () => {
  test('fit prints evidence and degrees of freedom of each structure, and writes the posterior', async () => {
    const cwd = await workplace();
    const { code, stdout, stderr } = await laplace('fit --denoiser small.onnx --images train -o p.npz', cwd);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^pairs +5 of image and time, from train$/m);
    expect(stdout).toMatch(/^full +-\d+\.\d+ +\d+\.\d+ +165$/m);
    expect(stdout.match(/^(full|kron|diag|diag-ef|isotropic\*) +-\d/gm)).toHaveLength(5);
    expect(stdout).toContain('* counts images, not pixels');
    expect(stderr).toBe('wrote p.npz: 5 pairs of image and time\n');
    const shown = await laplace('show p.npz', cwd);
    expect(shown).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('predict gives ε̂ and its closed-form variance, and ε̂ alone without a posterior', async () => {
    const cwd = await workplace();
    await laplace('fit --denoiser small.onnx --fit-set fit.npz --noise-sd 0.5 -o p.npz', cwd);
    const words = '--denoiser small.onnx --inputs inputs.npz --batch-size 3';
    expect((await laplace(`predict ${words} --posterior p.npz -o out.npz`, cwd)).code).toBe(0);
    expect((await laplace(`predict ${words} -o bare.npz`, cwd)).code).toBe(0);
    const [out, bare] = [await openNpz(join(cwd, 'out.npz')), await openNpz(join(cwd, 'bare.npz'))];
    const inputs = await openNpz(join(cwd, 'inputs.npz'));
    const denoiser = await openDenoiser(join(cwd, 'small.onnx'));
    const x = (await inputs.array('x')).data as Float32Array;
    const { epsilon, features } = await denoiser.predict({ n: 4, x, t: T });
    const { posterior } = await readPosterior(join(cwd, 'p.npz'));
    const { layer } = posterior.curvature;
    const batch = { n: 4, channels: 6, height: 8, width: 8, data: features };
    const expected = exactVariance(await varianceForm(posterior), batch, layer);
    const variance = await out.array('variance');
    expect([variance.shape, variance.descr]).toEqual([[4, 3, 8, 8], '<f4']);
    expectAllClose(variance.data, expected, FLOAT32_FORM_TOLERANCE);
    expect((await out.array('epsilon')).data).toEqual(epsilon);
    expect(bare.arrays).toEqual(['epsilon']);
    expect((await bare.array('epsilon')).data).toEqual(epsilon);
    for (const npz of [out, bare, inputs]) await npz.close();
  });

  test('fit --skip-unreadable counts and names images that it leaves out, and so does show', async () => {
    const cwd = await workplace();
    writeFileSync(join(cwd, 'train/2.ppm'), 'P6\n8 9\n255\ncut off');
    const words = 'fit --denoiser small.onnx --images train -o p.npz';
    expect((await laplace(words, cwd)).stderr).toMatch(/^train\/2\.ppm: .*pass --skip-unreadable\.\n$/);
    expect(readdirSync(cwd)).not.toContain('p.npz');
    const { code, stdout, stderr } = await laplace(`${words} --skip-unreadable`, cwd);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'wrote p.npz: 4 pairs of image and time, 1 unreadable left out\n',
    });
    expect(stdout).toMatch(/^pairs +4 of image and time, from train$/m);
    expect(stdout).toMatch(/^left out +1 unreadable: 2\.ppm$/m);
    expect((await laplace('show p.npz', cwd)).stdout).toBe(stdout);
    const { record } = await readPosterior(join(cwd, 'p.npz'));
    expect(record.data.skipped.map(({ id }) => id)).toEqual(['2.ppm']);
  });

  test('a fit set is of clean images', async () => {
    const cwd = await workplace();
    await laplace('fit --denoiser small.onnx --fit-set fit.npz -o p.npz', cwd);
    const npz = await openNpz(join(cwd, 'fit.npz'));
    const denoiser = await openDenoiser(join(cwd, 'small.onnx'));
    const x = (await npz.array('x')).data as Float32Array;
    const noise = (await npz.array('noise')).data as Float32Array;
    const t = Int32Array.from(T);
    const noisy = noisyImages({ n: 4, x, t, noise }, noiseSchedule(denoiser.description.schedule));
    const { epsilon } = await denoiser.predict({ n: 4, x: noisy, t });
    const squares = epsilon.reduce((sum, value, i) => sum + (value - noise[i]!) ** 2, 0);
    const { posterior } = await readPosterior(join(cwd, 'p.npz'));
    expectAllClose([posterior.curvature.squaredResiduals], [squares], SUMMATION_TOLERANCE);
    await npz.close();
  });

  test('merge of all shards is the fit of the whole, tuned anew', async () => {
    const cwd = await workplace();
    const fit = 'fit --denoiser small.onnx --images train --tune marginal-likelihood';
    for (const i of [1, 2]) await laplace(`${fit} --shard ${i}/2 -o part-${i}.npz`, cwd);
    const half = await laplace('merge part-2.npz -o half.npz', cwd);
    expect(half.stderr).toContain('warning: half.npz holds part 2 of 2: the others are still missing\n');
    const merged = await laplace('merge part-2.npz part-1.npz -o merged.npz', cwd);
    expect(merged).toEqual({ code: 0, stdout: '', stderr: 'wrote merged.npz: 5 pairs of image and time\n' });
    const whole = await laplace(`${fit} -o whole.npz`, cwd);
    expect((await laplace('show merged.npz', cwd)).stdout).toBe(whole.stdout);
    const again = await laplace('merge part-1.npz part-1.npz -o twice.npz', cwd);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toMatch(
      /^part-1\.npz: must have no pair of image, time and noise that part-1\.npz has too/,
    );
    expect(readdirSync(cwd)).not.toContain('twice.npz');
  });

  test.each([
    ['fit --denoiser small.onnx -o p.npz', /^steadfid laplace fit: needs --images .*, or --fit-set/],
    ['fit --images train -o p.npz', /^--denoiser: is needed/],
    ['fit --denoiser small.onnx --images train', /^--output: needs the file to write/],
    [
      'fit --denoiser small.onnx --images train --fit-set fit.npz -o p.npz',
      /^--images, --fit-set: cannot be used together/,
    ],
    ['fit --denoiser small.onnx --fit-set fit.npz -n 2 -o p.npz', /^-n, --fit-set: cannot be used together/],
    [
      'fit --denoiser small.onnx --images train --noise-sd 0 -o p.npz',
      /^--noise-sd: must be a number above 0; got "0"/,
    ],
    [
      'fit --denoiser small.onnx --images train --temperature 64 --tune marginal-likelihood -o p.npz',
      /^--temperature: goes without --tune/,
    ],
    [
      'fit --denoiser small.onnx --images train --noise-sd 1 --tune marginal-likelihood -o p.npz',
      /^--tune, --noise-sd: cannot/,
    ],
    [
      'fit --denoiser small.onnx --images train --fisher-factor 1 -o p.npz',
      /^--fisher-factor: goes with --structure diag-ef; got full/,
    ],
    [
      'fit --denoiser small.onnx --images train --structure isotropic --tune marginal-likelihood -o p.npz',
      /^--tune marginal-likelihood: needs a structure/,
    ],
    ['fit --denoiser small.onnx --images empty -o p.npz', /^empty: /],
    [
      'fit --denoiser small.onnx --images train -n 6 -o p.npz',
      /^train: must hold the 6 images that were asked for; got 5/,
    ],
    ['show p.npz --structure full', /^--structure: is a flag of steadfid laplace fit; got it with show/],
    ['show', /^steadfid laplace show: needs one posterior; got 0/],
    ['merge -o p.npz', /^steadfid laplace merge: needs the parts/],
    ['fitt', /^steadfid laplace: unknown action "fitt"\. Did you mean "fit"/],
  ])('"%s" is refused', async (words, message) => {
    const cwd = await workplace();
    mkdirSync(join(cwd, 'empty'));
    const { code, stdout, stderr } = await laplace(words, cwd);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(readdirSync(cwd)).not.toContain('p.npz');
  });

  test('a network that answers NaN is told with the pair or image, of the whole list, and its time', async () => {
    const cwd = await workplace();
    const x = new Float32Array(4 * 192);
    x.fill(3.4e38, 3 * 192); // sums of it are infinite in float32, and infinity less infinity is no number
    for (const [name, arrays] of [
      ['far.npz', { x }],
      ['fit-far.npz', { x: new Float32Array(4 * 192), noise: x }],
    ] as const) {
      const npz = await openNpzWriter(join(cwd, name), []);
      for (const [key, data] of Object.entries(arrays)) await npz.array(key, { shape: [4, 3, 8, 8], data });
      await npz.array('t', { shape: [4], data: BigInt64Array.from(T, BigInt) });
      await npz.commit();
    }
    const words = '--denoiser small.onnx --batch-size 2';
    expect((await laplace(`predict ${words} --inputs far.npz -o out.npz`, cwd)).stderr).toMatch(
      /^small\.onnx: the noise must be finite; got (NaN|-?Infinity) for image 3 \(counted from 0\) at time 999\.\n$/,
    );
    expect((await laplace(`fit ${words} --fit-set fit-far.npz -o p.npz`, cwd)).stderr).toMatch(
      /^small\.onnx: the noise must be finite; got (NaN|-?Infinity) for pair 3 \(counted from 0\) at time 999\.\n$/,
    );
  });

  test('a posterior of another network is refused before anything is computed', async () => {
    const cwd = await workplace();
    await laplace('fit --denoiser small.onnx --images train -o p.npz', cwd);
    await writeSmallDenoiser(cwd, { seed: 2 });
    const words = 'predict --denoiser small.onnx --inputs inputs.npz --posterior p.npz -o out.npz';
    const { code, stderr } = await laplace(words, cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^p\.npz: is a posterior of the network small with SHA-256 [0-9a-f]{64}; got small with [0-9a-f]{64}\./,
    );
    expect(readdirSync(cwd)).not.toContain('out.npz');
  });
});

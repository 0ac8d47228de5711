import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNpy } from '../../encoders/files/read-npy.js';
import { writeRandomDdpm } from '../../examples/random-ddpm.js';
import { parsedCompareReport } from '../../reports/filtering/compare-schema.js';
import { commandHere } from '../support/command-here.js';
import { denoiserCase } from '../support/denoiser-cases.js';
import { projectFile, projectRoot } from '../support/project.js';
import { runCommand } from '../support/run-command.js';
import { writeSafetensors } from '../support/safetensors-file.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SECTION = /## From a diffusion model to a verdict[\s\S]*?```sh\n([\s\S]*?)```/;

/** The commands of the README's section, without `npx steadfid`. */
function shown(): readonly (readonly string[])[] {
  const [, block] = SECTION.exec(projectFile('README.md'))!;
  return block!
    .split('\n')
    .filter((line) => line.startsWith('npx steadfid '))
    .map((line) => line.slice('npx steadfid '.length).split(' '));
}

/** Fewer images and steps than shown, of the same kind. */
const SMALLER: Readonly<Record<string, string>> = { '100': '4', '64': '20', '10': '2', '4': '2' };

test('the README’s commands lead from a checkpoint to a verdict', async () => {
  const cwd = temporaryFolder();
  writeRandomDdpm(join(cwd, 'ddpm.safetensors'), {
    width: 32,
    multipliers: [1, 1],
    imageSize: 32,
    attention: [16],
  });
  const commands = shown();
  expect(commands.map(([name]) => name)).toEqual(['models', 'laplace', 'generate', 'uncertainty', 'compare']);
  for (const words of commands) {
    const smaller = words.map((word) =>
      word.startsWith('examples/') ? `${projectRoot}${word}` : (SMALLER[word] ?? word),
    );
    const { code, stderr } = await runCommand(smaller, { cwd });
    expect({ words: words.join(' '), code, stderr: code === 0 ? '' : stderr }).toEqual({
      words: words.join(' '),
      code: 0,
      stderr: '',
    });
  }
  expect(readdirSync(join(cwd, 'generated/images'))).toHaveLength(20);
  expect(readFileSync(join(cwd, 'scores.csv'), 'utf8').trim().split('\n')).toHaveLength(21);
  expect(existsSync(join(cwd, 'verdict/compare.json'))).toBe(true);
});

const REAL = `${projectRoot}examples/emoji/noto.zip`;

test.each([
  {
    architecture: 'adm',
    name: 'adm-one-level',
    told: ['--image-size', '4', '--heads', '1', '--attention-order', 'legacy', '--schedule', 'linear'],
  },
  { architecture: 'diffusers-unet', name: 'diffusers-ddpm', told: ['--schedule', 'cosine'] },
])('a checkpoint of $architecture is converted, fitted and makes images with maps', async ({
  architecture,
  name,
  told,
}) => {
  const folder = temporaryFolder();
  const reference = denoiserCase(name);
  const at = (path: string): string => join(folder, path);
  writeSafetensors(at('model.safetensors'), reference);
  if (reference.config !== undefined) writeFileSync(at('config.json'), JSON.stringify(reference.config));
  const denoiser = ['--denoiser', at('net.onnx')];
  const commands = [
    ['models', 'convert', at('model.safetensors'), '--as', architecture, ...told, '-o', at('net.onnx')],
    ['laplace', 'fit', ...denoiser, '--images', REAL, '-n', '6', '-o', at('posterior.npz')],
    [
      'generate',
      ...denoiser,
      '--posterior',
      at('posterior.npz'),
      '-n',
      '2',
      '--steps',
      '4',
      '--skip',
      '2',
    ].concat(['--samples', '2', '--clip', 'x0', '-o', at('generated')]),
  ];
  for (const words of commands) {
    const { outcome } = await commandHere(words);
    expect(`${words[0]}: ${outcome}`).toBe(`${words[0]}: done`);
  }
  const ids = ['img_1000000', 'img_1000001'];
  expect(readdirSync(at('generated/images')).sort()).toEqual(ids.map((id) => `${id}.png`));
  for (const id of ids) {
    const { shape, data } = await readNpy(at(`generated/maps/${id}.npy`));
    expect(shape).toEqual(reference.input.slice(1));
    expect(data.some((value) => value > 0)).toBe(true);
  }
});

test('compare takes the alternatives of generate as scores, side by side', async () => {
  const folder = temporaryFolder();
  const denoiser = await writeSmallDenoiser(folder);
  const generated = join(folder, 'generated');
  const made = ['-n', '20', '--steps', '5', '--clip', 'x0', '--alternatives', 'flip,feature-norm'];
  expect((await commandHere(['generate', '--denoiser', denoiser, ...made, '-o', generated])).outcome).toBe(
    'done',
  );
  const few = ['--metric', 'cmmd', '--draws', '19', '--doses', '0,0.5', '--dose-draws', '2'];
  const { outcome, printed } = await commandHere([
    ...['compare', REAL, join(generated, 'images'), '--scores', join(generated, 'alternatives.csv')],
    ...['--encoder', 'demo', ...few, '--json'],
  ]);
  expect(outcome).toBe('done');
  const report = parsedCompareReport(JSON.parse(printed));
  expect(report.filters.map(({ score }) => score)).toEqual(['flip', 'feature-norm']);
  expect(report.scores.imagesAlone).toEqual([]);
  expect(report.effects.map(({ score }) => score)).toEqual(expect.arrayContaining(['flip', 'feature-norm']));
});

import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readNpy } from '../../encoders/files/read-npy.js';
import { openZip } from '../../encoders/files/zip-archive.js';
import { parsedCompareReport } from '../../reports/filtering/compare-schema.js';
import { commandHere, runHere } from '../support/command-here.js';
import { denoiserCase } from '../support/denoiser-cases.js';
import { projectFile, projectRoot } from '../support/project.js';
import { writeSafetensors } from '../support/safetensors-file.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SECTION = /## From a diffusion model to a verdict[\s\S]*?```sh\n([\s\S]*?)```/;

/** The commands of the README's section, without `steadfid`. */
function shown(): readonly (readonly string[])[] {
  const [, block] = SECTION.exec(projectFile('README.md'))!;
  return block!
    .split('\n')
    .filter((line) => line.startsWith('steadfid '))
    .map((line) => line.slice('steadfid '.length).split(' '));
}

/** Fewer images and steps than shown, of the same kind. */
const SMALLER: Readonly<Record<string, string>> = { '100': '4', '64': '20', '20': '2', '4': '2' };
/** Fewer random subsets than `compare` draws when nobody says. */
const FEWER_DRAWS = ['--draws', '19', '--doses', '0,0.5', '--dose-draws', '2'];

/** A few of the real images, in a folder. */
async function realImages(folder: string): Promise<void> {
  mkdirSync(folder);
  const archive = await openZip(`${projectRoot}examples/emoji/noto.zip`);
  for (const entry of archive.entries.slice(0, 24))
    writeFileSync(join(folder, entry.name), await archive.read(entry));
  await archive.close();
}

test.each([
  {
    architecture: 'ddpm',
    write: (path: string) => copyFileSync(`${projectRoot}examples/emoji/denoiser/emoji-ddpm.ckpt`, path),
    told: ['--image-size', '32'],
    imageSize: 32,
  },
  {
    architecture: 'adm',
    write: (path: string) => writeSafetensors(path, denoiserCase('adm-one-level')),
    told: ['--image-size', '8', '--heads', '1', '--attention-order', 'legacy', '--schedule', 'linear'],
    imageSize: 8,
  },
  {
    architecture: 'diffusers-unet',
    write: (path: string) => {
      const reference = denoiserCase('diffusers-ddpm');
      writeSafetensors(path, reference);
      writeFileSync(join(dirname(path), 'config.json'), JSON.stringify(reference.config));
    },
    told: ['--schedule', 'cosine'],
    imageSize: denoiserCase('diffusers-ddpm').input[2]!,
  },
])('the README’s commands lead from a checkpoint of $architecture to a verdict', async ({
  architecture,
  write,
  told,
  imageSize,
}) => {
  const cwd = temporaryFolder();
  write(join(cwd, 'checkpoint'));
  await realImages(join(cwd, 'real'));
  const commands = shown();
  const order = ['models', 'laplace', 'generate', 'uncertainty', 'filter', 'compare'];
  expect(commands.map(([name]) => name)).toEqual(order);
  for (const words of commands) {
    const own =
      words[0] === 'models'
        ? ['models', 'convert', 'checkpoint', '--as', architecture, ...told, '-o', words.at(-1)!]
        : words.map((word) => (word.startsWith('examples/') ? 'real' : (SMALLER[word] ?? word)));
    const { code, stderr } = await runHere(words[0] === 'compare' ? [...own, ...FEWER_DRAWS] : own, { cwd });
    expect({ words: words.join(' '), code, stderr: code === 0 ? '' : stderr }).toEqual({
      words: words.join(' '),
      code: 0,
      stderr: '',
    });
  }
  const maps = readdirSync(join(cwd, 'generated/maps'));
  expect(maps).toHaveLength(20);
  const { shape, data } = await readNpy(join(cwd, 'generated/maps', maps[0]!));
  expect(shape).toEqual([3, imageSize, imageSize]);
  expect(data.some((value) => value > 0)).toBe(true);
  expect(readFileSync(join(cwd, 'scores.csv'), 'utf8').trim().split('\n')).toHaveLength(21);
  const kept = readdirSync(join(cwd, 'filtered/kept')).length;
  expect(kept + readdirSync(join(cwd, 'filtered/dropped')).length).toBe(20);
  const { filters } = JSON.parse(readFileSync(join(cwd, 'verdict/compare.json'), 'utf8'));
  expect(filters.map(({ score }: { score: string }) => score)).toEqual(['sum']);
});

const REAL = `${projectRoot}examples/emoji/noto.zip`;

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

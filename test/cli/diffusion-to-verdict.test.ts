import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRandomDdpm } from '../../examples/random-ddpm.js';
import { projectFile, projectRoot } from '../support/project.js';
import { runCommand } from '../support/run-command.js';
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
}, 300_000);

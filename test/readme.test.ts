import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { projectFile, projectRoot } from './support/project.js';
import { outputOf, shownCommands } from './support/readme-commands.js';

/** Networks round otherwise on other processors, in the seventh digit; what the README shows has five. */
const SHOWN_TOLERANCE = 1e-3;

/** A text as its words, numbers apart: `18.12` and `1,707` are numbers. */
function wordsAndNumbers(text: string): { readonly words: string; readonly numbers: readonly number[] } {
  const numbers: number[] = [];
  const words = text.replace(/[−-]?\d[\d,]*\.\d+(?:e[−-]?\d+)?/g, (number) => {
    numbers.push(Number(number.replace('−', '-').replaceAll(',', '')));
    return '#';
  });
  return { words: words.replace(/ +/g, ' '), numbers };
}

describe('README.md', () => {
  const cache = mkdtempSync(join(tmpdir(), 'steadfid-cache-'));
  afterAll(() => rmSync(cache, { recursive: true, force: true }));
  const commands = shownCommands(projectFile('README.md'));

  test('README.md shows at least one command with its output', () => {
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.every(({ output }) => output !== '')).toBe(true);
  });

  test.each(
    commands.map(({ words, output }) => [words.join(' '), words, output] as const),
  )('steadfid %s prints what README.md shows', async (_, words, output) => {
    const shown = wordsAndNumbers(output);
    const printed = wordsAndNumbers(await outputOf(words, cache));
    expect(printed.words).toBe(shown.words);
    printed.numbers.forEach((number, i) => {
      expect(Math.abs(number - shown.numbers[i]!)).toBeLessThanOrEqual(
        SHOWN_TOLERANCE * Math.abs(shown.numbers[i]!),
      );
    });
  });

  test('the TypeScript of README.md prints what its comment says', async () => {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(projectFile('README.md'))!;
    const [, said] = /\/\/ (.*)/.exec(code!)!;
    const path = `${projectRoot}dist/readme-example.mjs`;
    writeFileSync(path, code!);
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [path], {
        cwd: projectRoot,
        env: { ...process.env, XDG_CACHE_HOME: cache },
      });
      expect(stdout).toBe(`${said}\n`);
    } finally {
      rmSync(path);
    }
  });

  test('every file that README.md links to is there', () => {
    const links = [...projectFile('README.md').matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path!);
    expect(links.length).toBeGreaterThan(3);
    for (const path of links) expect(projectFile(path).length).toBeGreaterThan(0);
  });
});

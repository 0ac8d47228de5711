import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from './command-here.js';
import { projectRoot } from './project.js';

/** A command that a document shows, with what it prints there. */
export interface ShownCommand {
  /** what follows `steadfid` */
  readonly words: readonly string[];
  readonly output: string;
}

const BLOCK = /```console\n([\s\S]*?)```/g;

/** Every `$ steadfid …` of the console blocks of a document, with the lines below it. */
export function shownCommands(document: string): readonly ShownCommand[] {
  return [...document.matchAll(BLOCK)].flatMap(([, block]) =>
    block!
      .split(/^\$ /m)
      .filter((part) => part.startsWith('steadfid '))
      .map((part) => {
        const [line, ...output] = part.split('\n');
        return { words: line!.split(' ').slice(1), output: output.join('\n').trimEnd() };
      }),
  );
}

/** A document whose console blocks show what the commands print now. */
export async function withOutputs(document: string): Promise<string> {
  const cache = mkdtempSync(join(tmpdir(), 'steadfid-cache-'));
  let text = document;
  for (const { words, output } of shownCommands(document)) {
    const command = `$ steadfid ${words.join(' ')}\n`;
    const now = await outputOf(words, cache);
    text = text.replace(`${command}${output === '' ? '' : `${output}\n`}`, () => `${command}${now}\n`);
  }
  rmSync(cache, { recursive: true, force: true });
  return text;
}

/**
 * What a command prints, results and remarks, where only `examples/` is at hand.
 *
 * @param cache  folder of embeddings, which serve the next command as on a reader's machine
 */
export async function outputOf(words: readonly string[], cache: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'steadfid-readme-'));
  try {
    symlinkSync(`${projectRoot}examples`, join(folder, 'examples'));
    const { code, stdout, stderr } = await runHere(words, { cwd: folder, env: { XDG_CACHE_HOME: cache } });
    if (code !== 0) throw new Error(`steadfid ${words.join(' ')}: exit ${code}\n${stderr}`);
    return `${stdout}${stderr}`.trimEnd();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { expect } from 'vitest';
import { runHere } from './command-here.js';
import type { CommandOutcome } from './run-command.js';

/** Commands of a test in one folder: run, run to exit code 0 for what they say on stderr, and refused with one sentence and exit code 2. */
export function commandsIn(cwd: () => string) {
  const steadfid = (...words: readonly string[]): Promise<CommandOutcome> => runHere(words, { cwd: cwd() });
  return {
    steadfid,
    async done(...words: readonly string[]): Promise<string> {
      const { code, stderr } = await steadfid(...words);
      expect([words.join(' '), code, code === 0 ? '' : stderr]).toEqual([words.join(' '), 0, '']);
      return stderr;
    },
    async refusal(...words: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await steadfid(...words);
      expect([words.join(' '), code, stdout]).toEqual([words.join(' '), 2, '']);
      return stderr.trimEnd();
    },
  };
}

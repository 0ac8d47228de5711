import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import type { SCORE_FLAGS } from './score.js';

export async function runScore(
  { arguments: [reference, generated], options }: CommandInput<typeof SCORE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  terminal.print(JSON.stringify({ reference, generated, options }, null, 2));
  return 'done';
}

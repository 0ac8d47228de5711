import { describe, expect, test } from 'vitest';
import { command } from '../../cli/command.js';
import { choiceFlag } from '../../cli/flag.js';
import { commandTable, flagTable } from '../../cli/flag-table.js';
import { cache } from '../../cli/flags.js';

const sample = command({
  name: 'sample',
  summary: 'one | the other',
  arguments: [
    { name: 'images', help: '', count: 'one' },
    { name: 'more', help: '', count: 'any' },
  ],
  flags: {
    device: choiceFlag({
      name: 'device',
      short: 'd',
      choices: ['cpu', 'cuda'],
      help: 'where',
      group: 'How it runs',
      absent: 'cpu',
      absentText: 'cpu',
    }),
    cache,
  },
  examples: [],
  run: async () => 'done',
});

describe('flagTable', () => {
  test('flagTable has a line for each flag, with its short and negated forms and its default', () => {
    expect(flagTable(sample)).toBe(
      [
        '| flag | what it does |',
        '|---|---|',
        '| `-d`, `--device cpu\\|cuda` | where (default: cpu) |',
        "| `--cache DIR`, `--no-cache` | where embeddings are kept and reused; neither keep nor reuse embeddings (default: the user's cache folder) |",
      ].join('\n'),
    );
  });

  test('commandTable has a line for each command, with its arguments', () => {
    expect(commandTable([sample])).toBe(
      '| command | what it does |\n|---|---|\n| `steadfid sample <images> [more]` | one \\| the other |',
    );
  });
});

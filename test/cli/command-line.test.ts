import { describe, expect, test } from 'vitest';
import { command } from '../../cli/command.js';
import { commandLine } from '../../cli/command-line.js';
import { COMMANDS } from '../../cli/commands.js';
import { choiceFlag, integerFlag, listFlag, switchFlag, textFlag } from '../../cli/flag.js';
import { cache, failAbove } from '../../cli/flags.js';

const group = 'How it runs';
const sample = command({
  name: 'sample',
  summary: 'a command to read',
  arguments: [
    { name: 'images', help: 'where they are', count: 'one' },
    { name: 'more', help: 'and more', count: 'any' },
  ],
  flags: {
    metric: listFlag({
      name: 'metric',
      short: 'm',
      placeholder: 'IDS',
      help: 'which',
      group,
      absent: undefined,
    }),
    batchSize: integerFlag({
      name: 'batch-size',
      placeholder: 'N',
      help: 'how many',
      group,
      absent: 32,
      least: 1,
    }),
    device: choiceFlag({ name: 'device', choices: ['cpu', 'cuda'], help: 'where', group, absent: 'cpu' }),
    output: textFlag({
      name: 'output',
      short: 'o',
      placeholder: 'DIR',
      help: 'to',
      group,
      absent: undefined,
    }),
    json: switchFlag({ name: 'json', help: 'as JSON', group }),
    cache,
    failAbove,
  },
  examples: ['steadfid sample a'],
  run: async () => 'done',
});

function read(...words: readonly string[]) {
  const line = commandLine(words, { commands: [sample], columns: 100 });
  if (line.kind === 'text') throw new Error(`text: ${line.text}`);
  return { arguments: line.arguments, options: line.options };
}

function text(...words: readonly string[]): string {
  const line = commandLine(words, { commands: [sample], columns: 100 });
  if (line.kind !== 'text') throw new Error('a command');
  return line.text;
}

describe('commandLine', () => {
  test('commandLine without flags gives each its value for absence', () => {
    expect(read('sample', 'a/')).toEqual({
      arguments: ['a/'],
      options: {
        metric: undefined,
        batchSize: 32,
        device: 'cpu',
        output: undefined,
        json: 'off',
        cache: { kind: 'default' },
        failAbove: [],
      },
    });
  });

  test('commandLine reads flags before, between and after arguments, long, short and with =', () => {
    const { arguments: paths, options } = read(
      ...['sample', '--json', 'a/', '-o', 'out', 'b/', '--batch-size=8', '-m', 'fid'],
    );
    expect(paths).toEqual(['a/', 'b/']);
    expect(options).toMatchObject({ json: 'on', output: 'out', batchSize: 8, metric: ['fid'] });
  });

  test('commandLine takes what follows -- as arguments', () => {
    expect(read('sample', '--', '-a', '--json').arguments).toEqual(['-a', '--json']);
  });

  test('a list flag may be repeated, comma-separated or both, and counts a repetition once', () => {
    expect(read('sample', 'a', '--metric', 'fid,is', '-m', ' kid ,fid').options['metric']).toEqual([
      'fid',
      'is',
      'kid',
    ]);
  });

  test('--cache names a folder, --no-cache turns the cache off, and the last of them counts', () => {
    expect(read('sample', 'a', '--cache', 'c').options['cache']).toEqual({ kind: 'folder', folder: 'c' });
    expect(read('sample', 'a', '--no-cache').options['cache']).toEqual({ kind: 'off' });
    expect(read('sample', 'a', '--cache', 'c', '--no-cache').options['cache']).toEqual({ kind: 'off' });
  });

  test('--fail-above reads one or several limits', () => {
    expect(read('sample', 'a', '--fail-above', 'fid=20,kid=1e-3').options['failAbove']).toEqual([
      { result: 'fid', limit: 20 },
      { result: 'kid', limit: 0.001 },
    ]);
  });

  test('commandLine shows the version, the list of commands, and the help of one', () => {
    expect(text('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(text()).toContain('sample      a command to read');
    expect(text('--help')).toBe(text());
    expect(text('help')).toBe(text());
    expect(text('sample', '--help')).toContain('--batch-size <N>');
    expect(text('help', 'sample')).toBe(text('sample', '--help'));
  });

  test.each([
    [['smaple'], 'steadfid: unknown command "smaple". Did you mean "sample"? Known: sample.'],
    [['zzzzzz'], 'steadfid: unknown command "zzzzzz". Known: sample.'],
    [['sample'], 'steadfid sample: needs <images>. See steadfid sample --help.'],
    [['sample', 'a', '--metric'], '--metric: needs a value. See steadfid sample --help.'],
    [['sample', 'a', '-o'], '--output: needs a value. See steadfid sample --help.'],
    [['sample', 'a', '--output', ''], '--output: needs a value; got "".'],
    [['sample', 'a', '-m', 'fid,,is'], '--metric: needs a value; got "fid,,is".'],
    [['sample', 'a', '--batch-size', '0'], '--batch-size: must be a whole number of at least 1; got "0".'],
    [
      ['sample', 'a', '--batch-size', '1e3'],
      '--batch-size: must be a whole number of at least 1; got "1e3".',
    ],
    [['sample', 'a', '--device', 'gpu'], '--device: must be one of cpu, cuda; got "gpu".'],
    [
      ['sample', 'a', '--fail-above', 'fid'],
      '--fail-above: must name a result and a number, as in fid=20; got "fid".',
    ],
    [
      ['sample', 'a', '--jsn'],
      'steadfid sample: unknown flag "--jsn". Did you mean "--json"? Known: --metric, --batch-size, --device, ' +
        '--output, --json, --cache, --no-cache, --fail-above, --help, --version.',
    ],
  ])('commandLine of %j says what is wrong and what to do', (words, message) => {
    expect(() => commandLine(words, { commands: [sample], columns: 100 })).toThrow(
      expect.objectContaining({ message }),
    );
  });

  test('every command of the suite has one name, and each flag of it one name and one letter', () => {
    const unlike = (names: readonly string[]): boolean => new Set(names).size === names.length;
    expect(unlike(COMMANDS.map(({ name }) => name))).toBe(true);
    for (const { name, flags } of COMMANDS) {
      const own = Object.values(flags);
      expect([name, unlike(own.map((flag) => flag.name))]).toEqual([name, true]);
      expect([name, unlike(own.flatMap(({ short }) => short ?? []))]).toEqual([name, true]);
    }
  });
});

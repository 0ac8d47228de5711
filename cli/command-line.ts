import { Argument as CommanderArgument, CommanderError, Option, Command as Program } from 'commander';
import { VERSION } from '../encoders/encoder.js';
import { unknownNameError } from '../encoders/unknown-name-error.js';
import { OptionError } from '../errors.js';
import type { Command, CommandArgument } from './command.js';
import type { Flag, FlagSet, Given } from './flag.js';
import { flagHere } from './foreign-flags.js';

/** What a command line asks for: text to show, or a command to run. */
export type CommandLine =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly arguments: readonly string[];
      readonly options: Readonly<Record<string, unknown>>;
    };

const DESCRIPTION =
  'Evaluation metrics for generated images: FID, IS, KID, unbiased CMMD and more, without Python.';

function argumentNotation({ name, count }: CommandArgument): string {
  const dots = count === 'one or more' || count === 'any' ? '...' : '';
  return count === 'optional' || count === 'any' ? `[${name}${dots}]` : `<${name}${dots}>`;
}

function flagNotation({ name, short, placeholder }: Flag<unknown>): string {
  const dash = short === undefined ? '' : `-${short}, `;
  return `${dash}--${name}${placeholder === undefined ? '' : ` <${placeholder}>`}`;
}

function flagNames({ name, negation }: Flag<unknown>): string[] {
  return negation === undefined ? [`--${name}`] : [`--${name}`, `--no-${name}`];
}

/** Options as commander knows them. The value of each is `Given`, so that reading it is left to the flag. */
function optionsOf(flag: Flag<unknown>): Option[] {
  const help = flag.absentText === undefined ? flag.help : `${flag.help} (default: ${flag.absentText})`;
  const option = new Option(flagNotation(flag), help).helpGroup(`${flag.group}:`);
  if (flag.placeholder !== undefined) {
    option.argParser((text: string, before: unknown) => (Array.isArray(before) ? [...before, text] : [text]));
  }
  if (flag.negation === undefined) return [option];
  return [option, new Option(`--no-${flag.name}`, flag.negation).helpGroup(`${flag.group}:`)];
}

function givenOf(value: unknown): Given | undefined {
  if (value === false) return 'negated';
  if (value === true) return { texts: [] };
  return Array.isArray(value) ? { texts: value } : undefined;
}

function flagValues(flags: FlagSet, program: Program): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(flags).map(([key, flag]) => {
      const attribute = new Option(`--${flag.name}`).attributeName();
      const isTyped = program.getOptionValueSource(attribute) === 'cli';
      const given = isTyped ? givenOf(program.getOptionValue(attribute)) : undefined;
      return [key, given === undefined ? flag.absent : flag.read(given)];
    }),
  );
}

const quoted = (message: string): string => /'([^']*)'/.exec(message)?.[1] ?? '';

/** Commander's complaint in the form of all our errors. */
function commandLineError(error: CommanderError, commands: readonly Command[], chosen?: Command): Error {
  const name = quoted(error.message);
  const help = `See steadfid ${chosen === undefined ? '' : `${chosen.name} `}--help.`;
  const where = chosen === undefined ? 'steadfid' : `steadfid ${chosen.name}`;
  switch (error.code) {
    case 'commander.unknownCommand':
      return unknownNameError('UNKNOWN_COMMAND', {
        where: 'steadfid',
        what: 'command',
        name,
        known: commands.map((command) => command.name),
      });
    case 'commander.unknownOption': {
      const flags = chosen === undefined ? [] : Object.values(chosen.flags);
      const here = flagHere(name.split('=')[0]!);
      if (here !== undefined)
        return new OptionError('UNKNOWN_FLAG', {
          where,
          expected: `unknown flag "${name.split('=')[0]}"`,
          help: `Here it is ${here}.`,
        });
      return unknownNameError('UNKNOWN_FLAG', {
        where,
        what: 'flag',
        name: name.split('=')[0]!,
        known: [...flags.flatMap(flagNames), '--help', '--version'],
      });
    }
    case 'commander.missingArgument':
      return new OptionError('OUT_OF_RANGE', { where, expected: `needs <${name}>`, help });
    case 'commander.optionMissingArgument':
      return new OptionError('OUT_OF_RANGE', {
        where: name.replace(/^-\w, /, '').split(' ')[0]!,
        expected: 'needs a value',
        help,
      });
    case 'commander.excessArguments': {
      const names = chosen?.arguments.map(argumentNotation).join(' ') ?? '';
      return new OptionError('OUT_OF_RANGE', {
        where,
        expected: names === '' ? 'takes no arguments' : `takes ${names}`,
        received: `${/got (\d+)/.exec(error.message)?.[1]} arguments`,
        help: `Names with spaces need quotes. ${help}`,
      });
    }
    default:
      return new OptionError('OUT_OF_RANGE', {
        where,
        expected: error.message.replace(/^error: /, ''),
        help,
      });
  }
}

function examplesText(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`;
}

/** Words whose first is the whole name of a command, as of `plan study`. */
function withWholeName(words: readonly string[], commands: readonly Command[]): readonly string[] {
  const name = `${words[0]} ${words[1]}`;
  return commands.some((command) => command.name === name) ? [name, ...words.slice(2)] : words;
}

/**
 * Reads a command line against the list of commands. Prints nothing and exits nothing.
 *
 * @param typed  what follows `steadfid`
 * @throws OptionError UNKNOWN_COMMAND, UNKNOWN_FLAG, OUT_OF_RANGE
 */
export function commandLine(
  typed: readonly string[],
  { commands, columns }: { readonly commands: readonly Command[]; readonly columns: number },
): CommandLine {
  const words = withWholeName(typed, commands);
  let shown = '';
  let parsed: CommandLine | undefined;
  let chosen: Command | undefined;

  const setUp = (program: Program): Program =>
    program
      .exitOverride()
      .showSuggestionAfterError(false)
      .configureOutput({
        writeOut: (text) => {
          shown += text;
        },
        writeErr: () => {},
        getOutHelpWidth: () => columns,
        getErrHelpWidth: () => columns,
        getOutHasColors: () => false,
      })
      .helpOption('-h, --help', 'show this')
      .configureHelp({ subcommandTerm: (sub) => sub.name() });

  const root = setUp(new Program('steadfid'))
    .description(DESCRIPTION)
    .usage('<command> [flags]')
    .version(VERSION, '--version', 'show the version')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText(
      'after',
      '\nExit codes: 0 done; 1 done, and a check you asked for failed; 2 could not be done; 130 stopped by Ctrl-C.\n' +
        'Try: steadfid score reference/ generated/ --encoder demo',
    );
  for (const command of commands) {
    const sub = setUp(root.createCommand(command.name))
      .summary(command.summary)
      .description(
        [command.summary, ...(command.details === undefined ? [] : [command.details])].join('\n\n'),
      )
      .addHelpText('after', examplesText(command.examples))
      .action(() => {
        parsed = {
          kind: 'command',
          command,
          arguments: sub.args,
          options: flagValues(command.flags, sub),
        };
      })
      .usage(['[flags]', ...command.arguments.map(argumentNotation)].join(' '));
    for (const argument of command.arguments) {
      sub.addArgument(new CommanderArgument(argumentNotation(argument), argument.help));
    }
    for (const option of Object.values(command.flags).flatMap(optionsOf)) sub.addOption(option);
    root.addCommand(sub);
  }

  try {
    chosen = commands.find((command) => command.name === words[0]);
    root.parse(words.length === 0 ? ['--help'] : [...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (!['commander.helpDisplayed', 'commander.help', 'commander.version'].includes(error.code)) {
      throw commandLineError(error, commands, chosen);
    }
  }
  return parsed ?? { kind: 'text', text: shown };
}

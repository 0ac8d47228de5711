import type { Command } from './command.js';
import type { Flag } from './flag.js';

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function notation({ name, short, placeholder, negation }: Flag<unknown>): string {
  const long = `--${name}${placeholder === undefined ? '' : ` ${placeholder}`}`;
  const forms = [...(short === undefined ? [] : [`-${short}`]), long];
  if (negation !== undefined) forms.push(`--no-${name}`);
  return forms.map((form) => `\`${cell(form)}\``).join(', ');
}

function meaning({ help, negation, absentText }: Flag<unknown>): string {
  const parts = [help, ...(negation === undefined ? [] : [negation])];
  return cell(`${parts.join('; ')}${absentText === undefined ? '' : ` (default: ${absentText})`}`);
}

/** The flags of a command as a Markdown table. */
export function flagTable(command: Command): string {
  const lines = Object.values(command.flags).map((flag) => `| ${notation(flag)} | ${meaning(flag)} |`);
  return ['| flag | what it does |', '|---|---|', ...lines].join('\n');
}

/** The commands as a Markdown table. */
export function commandTable(commands: readonly Command[]): string {
  const lines = commands.map(({ name, arguments: given, summary }) => {
    const words = given.map(({ name: word, count }) =>
      count === 'one' || count === 'one or more' ? `<${word}>` : `[${word}]`,
    );
    return `| \`${['steadfid', name, ...words].join(' ')}\` | ${cell(summary)} |`;
  });
  return ['| command | what it does |', '|---|---|', ...lines].join('\n');
}

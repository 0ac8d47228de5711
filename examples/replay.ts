import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// Repeats a stored study: node dist/examples/replay.js DESIGN.json -o OUT [--data NAME=PATH]. A design lists commands of steadfid, with
// {out}, {design} (its own folder) and {NAME} of the data, and the verdicts that were found. A run that was stopped goes on where it was.

interface Design {
  /** what each file of data is, by the name that --data gives it */
  readonly data: Readonly<Record<string, string>>;
  /** names of folders in OUT that stand for others there */
  readonly links?: Readonly<Record<string, string>>;
  readonly commands: readonly string[];
  readonly verdicts: readonly Verdict[];
}

interface Verdict {
  /** the compare.json */
  readonly report: string;
  readonly score: string;
  readonly metric: string;
  readonly verdict: string;
}

interface CompareReport {
  readonly effects: readonly {
    readonly score: string;
    readonly metric: string;
    readonly verdict: { readonly kind: string };
  }[];
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { output: { type: 'string', short: 'o' }, data: { type: 'string', multiple: true, default: [] } },
});
const [path] = positionals;
const out = values.output;
if (path === undefined || out === undefined) stop('usage: replay.js DESIGN.json -o OUT [--data NAME=PATH]');
const design = JSON.parse(readFileSync(path, 'utf8')) as Design;
const places = new Map([
  ['out', out],
  ['design', dirname(path)],
  ...values.data.map((given): [string, string] => {
    const cut = given.indexOf('=');
    return [given.slice(0, cut), given.slice(cut + 1)];
  }),
]);
for (const [name, what] of Object.entries(design.data))
  if (!places.has(name)) stop(`${path}: needs --data ${name}=PATH: ${what}.`);
const filled = (text: string): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => places.get(name) ?? stop(`${path}: {${name}} is unknown.`));

const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));
mkdirSync(out, { recursive: true });
for (const [link, target] of Object.entries(design.links ?? {})) {
  const at = join(out, link);
  mkdirSync(dirname(at), { recursive: true });
  if (lstatSync(at, { throwIfNoEntry: false }) === undefined) symlinkSync(resolve(out, target), at);
}

const doneFile = join(out, 'done.json');
const done = existsSync(doneFile) ? (JSON.parse(readFileSync(doneFile, 'utf8')) as string[]) : [];
for (const given of design.commands) {
  const words = given.split(' ').map(filled); // a path may hold spaces
  const command = words.join(' ');
  process.stdout.write(`\nsteadfid ${command}${done.includes(command) ? ' (done before)' : ''}\n`);
  if (done.includes(command)) continue;
  const { status } = spawnSync(process.execPath, [main, ...words], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 2);
  done.push(command);
  writeFileSync(`${doneFile}.part`, JSON.stringify(done, null, 2));
  renameSync(`${doneFile}.part`, doneFile);
}

let unlike = 0;
for (const { report, score, metric, verdict } of design.verdicts) {
  const { effects } = JSON.parse(readFileSync(join(out, report), 'utf8')) as CompareReport;
  const found = effects.find((effect) => effect.score === score && effect.metric === metric)?.verdict.kind;
  if (found !== verdict) unlike++;
  process.stdout.write(
    `${found === verdict ? 'as stored' : `UNLIKE the stored ${verdict}`}: ${report}, ${score}, ${metric}: ${found}\n`,
  );
}
process.exit(unlike === 0 ? 0 : 1);

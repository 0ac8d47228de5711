import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { defined } from '../../defined.js';
import { OptionError } from '../../errors.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { readFormat } from '../../reports/files/read-format.js';
import { explanations, explanationTable } from '../../reports/score/explanation-table.js';
import { parsedScoreModels } from '../../reports/score/score-models-schema.js';
import { parsedScoreReport } from '../../reports/score/score-schema.js';
import {
  commonNumbers,
  type NumberSetting,
  settingOfProtocol,
  settingOfResult,
} from '../../scoring/explained-difference.js';
import {
  type ExplainedDifference,
  measuredDifferences,
  unmeasured,
} from '../../scoring/measured-differences.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import type { CommandInput, Outcome } from '../command.js';
import { runningOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError } from '../terminal.js';
import type { EXPLAIN_FLAGS } from './explain-difference.js';

interface Read {
  readonly source: string;
  readonly report: ScoreReport;
}

const MODELS_FILE = 'score-models.json';

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function severalModels(where: string, file: string): Promise<OptionError> {
  const { models } = await readFormat(file, { name: 'score-models', parsed: parsedScoreModels });
  return new OptionError('CONFLICTING_OPTIONS', {
    where,
    expected: 'must hold the score of one model',
    received: `${MODELS_FILE} of several: ${models.map(({ name }) => name).join(', ')}`,
    help: 'Score one of them: steadfid score REFERENCE GENERATED -o FOLDER. Or name the folder of its own score.',
  });
}

async function read(path: string): Promise<Read> {
  const isFile = /\.json$/i.test(path);
  const file = isFile ? path : join(path, 'score.json');
  const models = isFile ? path : join(path, MODELS_FILE);
  if (basename(models) === MODELS_FILE && (isFile || !(await isThere(file))) && (await isThere(models)))
    throw await severalModels(path, models);
  return { source: path, report: await readFormat(file, { name: 'score', parsed: parsedScoreReport }) };
}

type Options = CommandInput<typeof EXPLAIN_FLAGS>['options'];

function missing(expected: string, help: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', { where: 'explain-difference', expected, help });
}

/** The number of a report that a published one is beside: of its metric, else of the same formula. */
function besidePublished(
  first: Read,
  { published, protocol, protocolN, metric }: Options,
): readonly [NumberSetting, NumberSetting] {
  if (published === undefined || protocol === undefined)
    throw missing(
      'needs a second report, or a published value and its protocol',
      'As in --published fid-tf=2.97 --protocol adm.',
    );
  const second = settingOfProtocol(protocol, { ...published, n: protocolN });
  const own = first.report.results.map((result) => settingOfResult(first.source, first.report, result));
  const asked = metric === undefined ? own : own.filter((one) => metric.includes(one.metric));
  const twin =
    asked.find((one) => one.metric === second.metric) ?? asked.find((one) => one.formula === second.formula);
  if (twin !== undefined) return [twin, second];
  throw missing(
    `${first.source} has no number of the formula of ${second.metric}: ${second.formula}`,
    `Score it first: --metric ${second.metric}.`,
  );
}

/** `steadfid explain-difference`: what two numbers differ in, and what each of it moves them by. */
export async function runExplainDifference(
  { arguments: [one, other], options }: CommandInput<typeof EXPLAIN_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const { published, metric, sample, seed, encoder, json } = options;
  if (other !== undefined && published !== undefined) throw conflictError('a second report', '--published');
  const first = await read(one!);
  let pairs: readonly (readonly [NumberSetting, NumberSetting])[];
  if (other === undefined) pairs = [besidePublished(first, options)];
  else {
    const second = await read(other);
    pairs =
      metric === undefined
        ? commonNumbers(first, second, undefined)
        : metric.flatMap((id) => commonNumbers(first, second, id));
  }
  const explained: ExplainedDifference[] = [];
  for (const pair of pairs) {
    terminal.signal.throwIfAborted();
    if (sample === 0) {
      explained.push(unmeasured(pair, '--sample 0 measures nothing'));
      continue;
    }
    explained.push(
      await measuredDifferences(pair, {
        sampleSize: sample,
        seed,
        ...defined({ encoder }),
        sources: sourcesOptions(options),
        ...runningOptions(options, terminal),
        onProgress: ({ unit, ...progress }) =>
          terminal.progress.show({ ...progress, unit: unit === 'metrics' ? null : unit }),
        signal: terminal.signal,
      }),
    );
  }
  terminal.progress.clear();
  if (json === 'on') terminal.print(strictJson(explanations(explained), 'explained difference'));
  else terminal.print(explanationTable(explained, terminal));
  return 'done';
}

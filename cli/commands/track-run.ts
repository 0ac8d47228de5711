import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { checkpointSets, setStamp } from '../../encoders/files/checkpoint-sets.js';
import { isPattern } from '../../encoders/files/matched-files.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import { EvaluationError, InputError, OptionError } from '../../errors.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { flagName } from '../../metrics/metric-parameters.js';
import { countText } from '../../numerics/number-text.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { makeSamples } from '../../reports/files/make-samples.js';
import { readSamples } from '../../reports/files/read-beside.js';
import { readReport } from '../../reports/files/read-report.js';
import { readUnfinished } from '../../reports/files/require-new-files.js';
import { requireNoTrack, writeTrack } from '../../reports/files/write-track.js';
import type { Samples } from '../../reports/score/samples.js';
import { commonResults } from '../../reports/score/score-comparison.js';
import { scoreModelsTable } from '../../reports/score/score-models-table.js';
import {
  asModels,
  type Checkpoint,
  stepName,
  type Track,
  trackCsv,
  trackOf,
} from '../../reports/score/track.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import type { CommandInput, Outcome } from '../command.js';
import { flagError } from '../flag.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import { requireOutside } from '../output-outside.js';
import { provenanceNow } from '../provenance-now.js';
import { sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError, writtenLine } from '../terminal.js';
import { sayDoubts, scoreOne, valuesLine } from './score-several.js';
import type { TRACK_FLAGS } from './track.js';

type Input = CommandInput<typeof TRACK_FLAGS>;

/** `steadfid track REFERENCE CHECKPOINTS…`: metrics over the steps of a training. */
export async function runTrack(input: Input, terminal: Terminal): Promise<Outcome> {
  const { options } = input;
  const { output, force, json, csv, watch } = options;
  if (json === 'on' && csv === 'on') throw conflictError('--json', '--csv');
  await requireOutside(options, input.arguments);
  const step = options.step === undefined ? undefined : patternOf(options.step);
  if (output === undefined) {
    if (watch === 'on') throw flagError('watch', 'needs a folder to write', 'on', 'Add -o training/.');
    return tracked(input, { step, settings: await settingsOf(input), known: [], terminal });
  }
  const isThere = await stat(join(output, 'track.json')).then(
    () => true,
    () => false,
  );
  if (!isThere && force === 'off') await requireNoTrack(output);
  await makeFolder(output);
  return withLock(
    join(output, '.track.lock'),
    async () => {
      const settings = await settingsOf(input);
      const known = isThere && force === 'off' ? await checkpointsIn(output, settings) : [];
      if (known.length > 0)
        terminal.remark(`continuing after ${countText(known.length)} checkpoints of ${output}`);
      return tracked(input, { step, settings, known, terminal });
    },
    { held: 'refused' },
  );
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw flagError('step', `must be a regular expression: ${(error as Error).message}`, text);
  }
}

/** What decides a number, as text; files and folders with what changes when they are written to. */
async function settingsOf({ arguments: [reference], options }: Input): Promise<Track['settings']> {
  const stamp = await setStamp(reference!);
  if (stamp === null && !isPattern(reference!))
    throw new InputError('UNREADABLE_FILE', {
      where: reference!,
      expected: 'must be a set of images',
      received: 'nothing of this name',
    });
  const { encoder } = options;
  const network = encoder === undefined ? null : await setStamp(encoder);
  const others = Object.entries(options).filter(
    ([name, value]) => !HOW.has(name) && value !== undefined && value !== 'off',
  );
  return {
    reference: reference!,
    'files of the reference': stamp ?? 'a pattern',
    ...(network === null ? {} : { 'file of the network': network }),
    ...Object.fromEntries(others.map(([name, value]) => [flagName(name), textOf(value)])),
  };
}

/** Options that decide where results go and how they come about, and no number. */
const HOW: ReadonlySet<string> = new Set([
  ...['json', 'csv', 'output', 'paper', 'force', 'quiet', 'watch', 'every', 'step'],
  ...['batchSize', 'threads', 'device', 'models', 'cache'],
]);

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** @throws OptionError CONFLICTING_OPTIONS naming the first setting that is another */
async function checkpointsIn(folder: string, settings: Track['settings']): Promise<readonly Checkpoint[]> {
  const stored = await readReport(folder);
  if (stored.kind !== 'track') return [];
  const { settings: before, checkpoints } = stored.report;
  const other = [...new Set([...Object.keys(before), ...Object.keys(settings)])].find(
    (name) => before[name] !== settings[name],
  );
  if (other === undefined) return checkpoints;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: join(folder, 'track.json'),
    expected: `was made with ${other} ${before[other] ?? '(none)'}`,
    received: settings[other] ?? 'none',
    help: 'Give the same, pass --force to begin anew, or write to another folder.',
  });
}

/** Scores what is new, again and again where it is watched, and prints the last of it. */
async function tracked(
  input: Input,
  {
    step,
    settings,
    known,
    terminal,
  }: {
    readonly step: RegExp | undefined;
    readonly settings: Track['settings'];
    readonly known: readonly Checkpoint[];
    readonly terminal: Terminal;
  },
): Promise<Outcome> {
  const { arguments: given, options } = input;
  const [reference, ...patterns] = given;
  const isWatched = options.watch === 'on';
  const done = new Map(known.map((checkpoint) => [checkpoint.step, checkpoint]));
  let seen = new Map<string, string>();
  const refused = new Map<string, string>();
  const encodedReference = new Map();
  const unmeasured = new Set<string>();
  let paths: readonly string[] = [];
  let track = known.length === 0 ? null : trackOf(known, { seed: options.seed, settings });
  const isCut = options.output !== undefined && (await readUnfinished(options.output)).lists.length > 0;
  if (track !== null && isCut) await keep(track, null, input, terminal); // a kill left a part of the report
  for (let look = 0; ; look++) {
    const found = await checkpointSets(patterns, { step });
    const stamps = new Map<string, string>();
    for (const set of found) {
      terminal.signal.throwIfAborted();
      const stamp = await setStamp(set.path);
      if (stamp === null) continue;
      stamps.set(set.path, stamp);
      const before = done.get(set.step);
      if (before?.stamp === stamp && before.report.generated.source === set.path) continue;
      if (isWatched && seen.get(set.path) !== stamp) continue; // being written, perhaps
      if (refused.get(set.path) === stamp) continue;
      let report: ScoreReport;
      try {
        report = await scoreOne(
          { reference: reference!, generated: set.path, encodedReference, refused: unmeasured },
          options,
          terminal,
        );
        requireComparable([...done.values()], { step: set.step, report });
      } catch (error) {
        if (!isWatched || !(error instanceof EvaluationError) || terminal.signal.aborted) throw error;
        terminal.warn(`${error.message} It is looked at again when it changes.`);
        refused.set(set.path, stamp);
        continue;
      } finally {
        terminal.progress.clear();
      }
      done.set(set.step, { step: set.step, stamp, report });
      track = trackOf([...done.values()], { seed: options.seed, settings });
      if (options.output !== undefined) terminal.remark(valuesLine(stepName(set.step), report));
      paths = await keep(track, set.step, input, terminal);
    }
    seen = stamps;
    if (!isWatched) {
      if (track === null) throw nothingFound(patterns);
      return printed(track, { input, refused: unmeasured, paths }, terminal);
    }
    if (look === 0)
      terminal.remark(
        `watching ${patterns.join(' ')} every ${options.every} s; Ctrl-C ends it, and a rerun goes on`,
      );
    await wait(1000 * options.every, undefined, { signal: terminal.signal }).catch(() => {});
    terminal.signal.throwIfAborted();
  }
}

/** @throws ProvenanceError UNLIKE_REPORTS beside the first of the others; InputError UNREADABLE_FILE if no metric has a value */
function requireComparable(
  done: readonly Checkpoint[],
  { step, report }: Pick<Checkpoint, 'step' | 'report'>,
): void {
  const { results, generated } = report;
  if (results.every(({ value }) => value === null))
    throw new InputError('UNREADABLE_FILE', {
      where: generated.source,
      expected: 'must give a value of some metric',
      received: `none: ${results[0]?.reason}`,
    });
  const first = done.find((one) => one.step !== step);
  if (first === undefined) return;
  commonResults({ source: stepName(first.step), report: first.report }, { source: stepName(step), report });
}

/** Sets whose pictures a page shows at most. */
const MOST_SETS = 24;

/** After each checkpoint, so that a page shows what there is; `changed` is the step whose pictures are new. */
async function keep(
  track: Track,
  changed: number | null,
  { options }: Input,
  terminal: Terminal,
): Promise<readonly string[]> {
  const { output, seed } = options;
  if (output === undefined) return [];
  const { signal } = terminal;
  const opened = sourcesOptions(options).generated ?? {};
  const every = Math.ceil(track.checkpoints.length / MOST_SETS);
  const ranking = track.metrics.find(({ direction }) => direction !== 'neither')?.ranking ?? [];
  const ends = [ranking[0]?.model, ranking.at(-1)?.model, track.checkpoints.length - 1];
  const shown = track.checkpoints.filter((_, i) => i % every === 0 || ends.includes(i));
  const before = new Map((await readSamples(output))?.sets.map((set) => [set.name, set]));
  const sets: Samples['sets'] = [];
  for (const { step, report } of shown) {
    const name = stepName(step);
    const old = before.get(name);
    const { source } = report.generated;
    const isNew = step === changed || old === undefined;
    const made =
      isNew && (await setStamp(source)) !== null
        ? await makeSamples([{ name, side: report.generated, opened }], { seed, signal, count: MOST_SETS })
        : null;
    sets.push(...(made?.sets ?? (old === undefined ? [] : [old])));
  }
  return writeTrack(output, track, {
    existing: 'replaced',
    paper: options.paper,
    provenance: provenanceNow(),
    samples: sets.length === 0 ? null : { schema: 'steadfid/samples/1', sets },
    signal,
  });
}

/** @param paths  the files of the report, where one is written */
function printed(
  track: Track,
  {
    input: { options },
    refused,
    paths,
  }: { readonly input: Input; readonly refused: ReadonlySet<string>; readonly paths: readonly string[] },
  terminal: Terminal,
): Outcome {
  if (options.json === 'on') terminal.print(strictJson(track, 'track'));
  else if (options.csv === 'on') terminal.printData(trackCsv(track));
  else terminal.print(scoreModelsTable(asModels(track), terminal));
  for (const { message } of track.warnings) terminal.warn(message);
  const named = track.checkpoints.map(({ step, report }) => ({ name: stepName(step), report }));
  const missing = sayDoubts(named, { noun: 'checkpoints', refused }, terminal);
  if (paths.length > 0) terminal.remark(writtenLine(options.output!, paths));
  const metrics = options.metric?.map((id) => metricById(id).id);
  return missingOutcome(missing, namedResults(metrics), terminal);
}

function nothingFound(patterns: readonly string[]): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: patterns.join(' '),
    expected: 'must name at least one checkpoint',
    received: 'none',
    help: 'Check the pattern, or add --watch to wait for the first.',
  });
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { checkpointSets, setStamp } from '../../encoders/files/checkpoint-sets.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import { InputError } from '../../errors.js';
import { metricById, metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText } from '../../numerics/number-text.js';
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
import { provenanceNow } from '../provenance-now.js';
import { sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError } from '../terminal.js';
import { missingLines, scoreOne } from './score-several.js';
import type { TRACK_FLAGS } from './track.js';

type Input = CommandInput<typeof TRACK_FLAGS>;

/** `steadfid track REFERENCE CHECKPOINTS…`: metrics over the steps of a training. */
export async function runTrack(input: Input, terminal: Terminal): Promise<Outcome> {
  const { options } = input;
  const { output, force, json, csv, watch } = options;
  if (json === 'on' && csv === 'on') throw conflictError('--json', '--csv');
  const step = options.step === undefined ? undefined : patternOf(options.step);
  if (output === undefined) {
    if (watch === 'on') throw flagError('watch', 'needs a folder to write', 'on', 'Add -o training/.');
    return tracked(input, { step, known: [], terminal });
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
      const known = isThere && force === 'off' ? await checkpointsIn(output) : [];
      if (known.length > 0)
        terminal.remark(`continuing after ${countText(known.length)} checkpoints of ${output}`);
      return tracked(input, { step, known, terminal });
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

async function checkpointsIn(folder: string): Promise<readonly Checkpoint[]> {
  const stored = await readReport(folder);
  return stored.kind === 'track' ? stored.report.checkpoints : [];
}

/** Scores what is new, again and again where it is watched, and prints the last of it. */
async function tracked(
  input: Input,
  {
    step,
    known,
    terminal,
  }: {
    readonly step: RegExp | undefined;
    readonly known: readonly Checkpoint[];
    readonly terminal: Terminal;
  },
): Promise<Outcome> {
  const { arguments: given, options } = input;
  const [reference, ...patterns] = given;
  const isWatched = options.watch === 'on';
  const done = new Map(known.map((checkpoint) => [checkpoint.step, checkpoint]));
  let seen = new Map<string, string>();
  let track = known.length === 0 ? null : trackOf(known, options);
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
      const report = await scoreOne({ reference: reference!, generated: set.path }, options, terminal);
      terminal.progress.clear();
      const first = [...done.values()].find((one) => one.step !== set.step);
      if (first !== undefined)
        commonResults(
          { source: stepName(first.step), report: first.report },
          { source: stepName(set.step), report },
        );
      done.set(set.step, { step: set.step, stamp, report });
      track = trackOf([...done.values()], options);
      if (options.output !== undefined) terminal.remark(stepText(set.step, report));
      await keep(track, set.step, input, terminal);
    }
    seen = stamps;
    if (!isWatched) {
      if (track === null) throw nothingFound(patterns);
      return printed(track, input, terminal);
    }
    if (look === 0)
      terminal.remark(
        `watching ${patterns.join(' ')} every ${options.every} s; Ctrl-C ends it, and a rerun goes on`,
      );
    await wait(1000 * options.every, undefined, { signal: terminal.signal }).catch(() => {});
    terminal.signal.throwIfAborted();
  }
}

/** Sets whose pictures a page shows at most. */
const MOST_SETS = 24;

/** After each checkpoint, so that a page shows what there is; `changed` is the step whose pictures are new. */
async function keep(
  track: Track,
  changed: number | null,
  { options }: Input,
  terminal: Terminal,
): Promise<void> {
  const { output, seed } = options;
  if (output === undefined) return;
  const { signal } = terminal;
  const opened = sourcesOptions(options).generated ?? {};
  const every = Math.ceil(track.checkpoints.length / MOST_SETS);
  const shown = track.checkpoints.filter((_, i) => i % every === 0 || i === track.checkpoints.length - 1);
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
  await writeTrack(output, track, {
    existing: 'replaced',
    provenance: provenanceNow(),
    samples: sets.length === 0 ? null : { schema: 'steadfid/samples/1', sets },
    signal,
  });
}

function stepText(step: number, { results }: ScoreReport): string {
  const values = results.map(
    ({ metric, value, standardError: error }) =>
      `${metricLabel(metric)} ${value === null ? '–' : numberText(value, { error })}`,
  );
  return `${stepName(step)}: ${values.join(', ')}`;
}

function printed(track: Track, { options }: Input, terminal: Terminal): Outcome {
  const reports = track.checkpoints.map(({ report }) => report);
  const missing = missingLines(reports);
  for (const { line } of missing) terminal.remark(line);
  if (options.json === 'on') terminal.print(strictJson(track, 'track'));
  else if (options.csv === 'on') terminal.printData(trackCsv(track));
  else terminal.print(scoreModelsTable(asModels(track), terminal));
  for (const { message } of track.warnings) terminal.warn(message);
  const metrics = options.metric?.map((id) => metricById(id).id);
  const ids = missing.map(({ id }) => id);
  return missingOutcome(ids, namedResults(metrics), terminal);
}

function nothingFound(patterns: readonly string[]): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: patterns.join(' '),
    expected: 'must name at least one checkpoint',
    received: 'none',
    help: 'Check the pattern, or add --watch to wait for the first.',
  });
}

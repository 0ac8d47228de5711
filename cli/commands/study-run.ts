import { join } from 'node:path';
import { defined } from '../../defined.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { readTextFile } from '../../encoders/files/regular-file.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import { holdsImages } from '../../encoders/read-embedded-set.js';
import { OptionError } from '../../errors.js';
import { metricById } from '../../metrics/metric-catalog.js';
import type { MetricDefinition } from '../../metrics/metric-definition.js';
import { countText } from '../../numerics/number-text.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import { studyJson } from '../../reports/files/json-formats.js';
import { holdsOutputsOf, recordOutputs } from '../../reports/files/outputs-record.js';
import { distortionLevels } from '../../sample-size-study/distortions/distortion-kinds.js';
import { isDetailKnown } from '../../sample-size-study/files/open-scored-arms.js';
import {
  type EncodingRequest,
  type OpenStudyData,
  openStudyData,
} from '../../sample-size-study/files/open-study-data.js';
import { type OpenStudyStore, openStudyStore } from '../../sample-size-study/files/open-study-store.js';
import { writeStudyDesign, writeStudyDraws } from '../../sample-size-study/files/write-study-design.js';
import { filterArms, hasFilters } from '../../sample-size-study/filter-arms.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import type { StudyArm, StudyDesign } from '../../sample-size-study/study-design.js';
import { drawsDigest } from '../../sample-size-study/study-draws.js';
import { studyPlanText } from '../../sample-size-study/study-plan-text.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { studyReportOf } from '../../sample-size-study/study-report-of.js';
import {
  rowsInOrder,
  type StudyPart,
  type StudyProgress,
  studyRun,
} from '../../sample-size-study/study-run.js';
import { type StudyTask, studyTasks } from '../../sample-size-study/study-tasks.js';
import { unmeasuredMetrics } from '../../scoring/refused-metrics.js';
import type { LabelsOfSides } from '../../scoring/score-request.js';
import { readScores } from '../../uncertainty/files/read-scores.js';
import { chosenScores } from '../../uncertainty/score-table.js';
import type { CommandInput, Outcome } from '../command.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import { requireOutside } from '../output-outside.js';
import { provenanceNow } from '../provenance-now.js';
import { incompleteSets, runningOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { requireOutput, writtenLine } from '../terminal.js';
import type { STUDY_FLAGS } from './study.js';
import { StudyClock } from './study-clock.js';
import { storeWithPages } from './study-pages.js';

export type StudyInput = CommandInput<typeof STUDY_FLAGS>;
type Options = StudyInput['options'];

/** A study before anything is computed: its design, and its sets of images. */
export interface OpenStudy {
  readonly design: StudyDesign;
  /** those that the sets serve */
  readonly metrics: readonly MetricDefinition[];
  readonly data: OpenStudyData;
  readonly tasks: readonly StudyTask[];
  readonly clock: StudyClock;
}

/**
 * Opens what a study is of; `data` must be closed.
 *
 * @param encoded  sets that were encoded before
 */
export async function openStudy(
  { arguments: [file], options }: StudyInput,
  terminal: Terminal,
  encoded?: EncodingRequest['encoded'],
): Promise<OpenStudy> {
  const design =
    file === undefined ? await designOfFlags(options, terminal) : await designOfFile(file, options);
  await requireOutside({ output: options.output }, [
    design.reference,
    ...design.arms.map(({ source }) => source),
    ...design.distortions.map((distortion) => distortion.with),
  ]);
  const metrics = design.metrics.map(metricById);
  const clock = new StudyClock();
  const data = await openStudyData(design, metrics, {
    incomplete: incompleteSets(options.partial),
    sources: sourcesOptions({ key: options.key, imageRange: options.imageRange }),
    orientation: options.applyOrientation === 'on' ? 'applied' : 'ignored',
    ...defined({ maxPixels: options.maxPixels }),
    ...runningOptions(options, terminal),
    onProgress: (progress) => {
      clock.note('encoding');
      terminal.progress.show({ ...progress, unit: 'img' });
    },
    signal: terminal.signal,
    encoded,
  });
  try {
    const served = metrics.filter((metric) => !data.refused.has(metric));
    // refuses sizes before anything is written
    return { design, metrics: served, data, tasks: studyTasks(design, { metrics: served, data }), clock };
  } catch (error) {
    await data.close();
    throw error;
  }
}

/**
 * `steadfid study`: a study run to its end from where its folder stands, then its report.
 *
 * @param found  what tasks have computed of it, which is all
 */
export async function runStudy(
  input: StudyInput,
  terminal: Terminal,
  found?: { readonly parts: readonly StudyPart[]; readonly encoded: EncodingRequest['encoded'] },
): Promise<Outcome> {
  const {
    arguments: [file],
    options,
  } = input;
  const opened = await openStudy(input, terminal, found?.encoded);
  const { design, tasks, data } = opened;
  try {
    if (options.dryRun === 'on') {
      const { studyEstimate } = await import('./study-estimate.js');
      const estimate = await studyEstimate(tasks, { data, algebra: await openAlgebra() });
      terminal.print(studyPlanText(tasks, { design, estimate }));
      return 'done';
    }
    const folder = requireOutput(options.output, 'study/');
    await makeFolder(folder);
    const report = await withLock(
      join(folder, '.study.lock'),
      () => finishStudy({ ...opened, folder, parts: found?.parts }, options, terminal),
      {
        held: 'refused',
      },
    );
    // a design names its metrics
    const named = file === undefined ? options.metric : design.metrics;
    return missingOutcome(withoutValue(report), namedResults(named), terminal);
  } finally {
    await data.close();
  }
}

interface StudyInFolder extends OpenStudy {
  readonly folder: string;
  /** what tasks have computed, which is all */
  readonly parts: readonly StudyPart[] | undefined;
}

/** A store into which everything was written that tasks have computed. */
async function filledStore(
  store: OpenStudyStore,
  parts: readonly StudyPart[],
  order: Parameters<typeof rowsInOrder>[1],
): Promise<OpenStudyStore> {
  const rows = rowsInOrder(
    parts.flatMap((part) => part.rows),
    order,
  );
  const facts = parts.flatMap((part) => (part.facts === null ? [] : [part.facts]));
  await store.appendRows(rows);
  for (const fact of facts) await store.appendFacts(fact);
  return { ...store, rows, facts };
}

/** Computes what the folder's rows lack, and writes and prints the report. Two at once would both write every row. */
async function finishStudy(
  { design, metrics, data, tasks, folder, clock, parts }: StudyInFolder,
  options: Options,
  terminal: Terminal,
): Promise<StudyReport> {
  const existing = options.force === 'on' ? 'replaced' : 'kept if the same';
  await writeStudyDesign(folder, design, { existing });
  const digest = drawsDigest(tasks.map(({ draws }) => draws));
  const draws = await writeStudyDraws(folder, digest, {
    existing: parts === undefined ? existing : 'replaced',
  });
  const opened = await openStudyStore(folder, {
    start: options.force === 'on' || parts !== undefined ? 'anew' : 'where it ended',
    rows: hasFilters(design) ? 'partly scored' : 'all scored',
  });
  try {
    const store = parts === undefined ? opened : await filledStore(opened, parts, { tasks, data });
    if (opened.rows.length > 0)
      terminal.remark(`continuing after ${countText(store.rows.length)} rows of ${folder}`);
    if (opened.rows.length > 0 && draws === 'new')
      terminal.warn(
        `${folder} has no draws.sha256: rows of another version or of other labels would go unnoticed`,
      );
    const algebra = await openAlgebra();
    let progress = { done: 0, total: 1 };
    const onProgress = ({ metric, task, done, total }: StudyProgress) => {
      progress = { done, total };
      clock.note(metric);
      terminal.progress.show({ task, done, total, unit: 'draws' });
    };
    const { signal } = terminal;
    const unmeasured = unmeasuredMetrics(data.refused);
    const watched = storeWithPages(store, {
      everySeconds: options.pageEvery,
      now: () => performance.now(),
      write: async (soFar) => {
        if (progress.done >= progress.total) return;
        const { writeStudyReport } = await import('../../reports/files/write-study-report.js');
        await writeStudyReport(folder, studyReportOf({ design, metrics, ...soFar, unmeasured, progress }), {
          existing: 'replaced',
          provenance: provenanceNow(),
          signal,
        });
      },
    });
    const finished = await studyRun({ design, metrics, data, store: watched, algebra, onProgress, signal });
    terminal.progress.clear();
    const report = studyReportOf({ design, metrics, ...finished, unmeasured });
    const sources = sourcesOptions({ key: options.key, imageRange: options.imageRange }).generated;
    const remark = await written(folder, report, { opened: sources, paper: options.paper, terminal });
    terminal.print(options.json === 'on' ? studyJson(report) : report.summary.join('\n'));
    for (const { message } of report.warnings) terminal.warn(message);
    const took = process.stderr.isTTY === true && options.quiet !== 'on' ? clock.text() : undefined;
    if (took !== undefined) terminal.remark(took);
    terminal.remark(remark);
    return report;
  } finally {
    await opened.close();
  }
}

/** Results that were refused, or have no value of any set at any size. */
function withoutValue({ unmeasured = [], curves }: StudyReport): readonly string[] {
  const known = new Set(curves.flatMap(({ metric, points }) => (points.length > 0 ? [metric] : [])));
  return [...unmeasured, ...curves].flatMap(({ metric }) => (known.has(metric) ? [] : [metric]));
}

/** What a study keeps while it runs, beside what is drawn of it. */
const STORED = ['design.json', 'draws.sha256', 'rows.csv', 'facts.csv'] as const;

/** Draws what the folder does not hold already: a finished study run again only says what it found. */
async function written(
  folder: string,
  report: StudyReport,
  {
    opened,
    paper,
    terminal,
  }: { readonly opened: SourceOptions; readonly paper: Options['paper']; readonly terminal: Terminal },
): Promise<string> {
  if (paper === undefined && (await holdsOutputsOf(folder, { name: 'study.json', text: studyJson(report) })))
    return `${join(folder, 'report.html')} and all files beside it are unchanged`;
  const { writeStudyReport } = await import('../../reports/files/write-study-report.js');
  const { makeDistorted } = await import('../../reports/files/make-distorted.js');
  const { makeStudyImages } = await import('../../reports/files/make-filtered-images.js');
  const paths = await writeStudyReport(folder, report, {
    existing: 'replaced',
    paper,
    provenance: provenanceNow(),
    samples: await makeDistorted(report.design, { opened, signal: terminal.signal }),
    images: await makeStudyImages(report, { opened, signal: terminal.signal }),
    signal: terminal.signal,
  });
  const record = await recordOutputs(folder, paths);
  return writtenLine(folder, [...paths, record, ...STORED.map((name) => join(folder, name))]);
}

async function designOfFlags(options: Options, terminal: Terminal): Promise<StudyDesign> {
  const { reference, metric, encoder, sizes, distortion, repeats, cheapRepeats, scheme, seed } = options;
  const arms = [...(await filteredArms(options, terminal)), ...options.arm];
  if (reference === undefined || arms.length === 0) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'study',
      expected: 'needs a design.json, or --reference and at least one --arm or --generated with --scores',
      help: 'For example: steadfid study --reference photos/ --arm mine=samples/ -o study/',
    });
  }
  const distortions = distortion.map(({ levels, ...choice }) => ({
    ...choice,
    levels: levels ?? Array.from({ length: distortionLevels(choice.kind, '--distortion') }, (_, i) => i + 1),
  }));
  const given = {
    metrics: metric,
    encoder,
    sizes,
    repeats,
    cheapRepeats,
    scheme,
    seed,
    referenceSize: options.referenceSize,
    filterOrder: options.filterOrder,
    strata: givenSides(options.strata),
    clusters: givenSides(options.clusters),
  };
  return parsedDesign({ reference, arms, distortions, ...defined(given) }, 'study');
}

/** Undefined where neither side was named. */
function givenSides(given: LabelsOfSides): LabelsOfSides | undefined {
  return Object.keys(given).length === 0 ? undefined : given;
}

/** The arms of an experiment on filters, where the flags ask for one. */
async function filteredArms(
  { generated, scores, column, filter, keep, key, imageRange }: Options,
  terminal: Terminal,
): Promise<readonly StudyArm[]> {
  if (generated === undefined && scores === undefined) return [];
  if (generated === undefined || scores === undefined) {
    throw new OptionError('OUT_OF_RANGE', {
      where: generated === undefined ? '--scores' : '--generated',
      expected: 'a filter needs both --generated and --scores',
      help: 'Without scores, name the set with --arm.',
    });
  }
  const table = await readScores(scores);
  const columns = column ?? [table.scores[0]!.name];
  chosenScores(table, columns);
  const kind = (await holdsImages(generated, sourcesOptions({ key, imageRange }).generated))
    ? 'images'
    : 'embedded';
  const isMatched = isDetailKnown({ kind }, table);
  if (!isMatched)
    terminal.remark(
      `no subsets matched on detail: ${scores} has no columns of it (steadfid uncertainty --controls), and ${generated} holds no images`,
    );
  return filterArms({
    source: generated,
    scores,
    columns,
    rules: filter ?? ['mean+1sd'],
    keep,
    detail: isMatched ? 'with' : 'without',
  });
}

async function designOfFile(path: string, options: Options): Promise<StudyDesign> {
  requireDesignAlone(options);
  return parsedDesign(parsedJson(await readTextFile(path), { where: path }), path);
}

/** @throws OptionError CONFLICTING_OPTIONS naming the first flag that the design already fixes */
function requireDesignAlone(options: Options): void {
  const { reference, arm, metric, encoder, sizes, distortion, repeats, scheme, seed } = options;
  const fixed = {
    reference,
    arm: arm.length > 0 ? arm : undefined,
    metric,
    encoder,
    sizes,
    distortion: distortion.length > 0 ? distortion : undefined,
    repeats,
    'cheap-repeats': options.cheapRepeats,
    scheme,
    'reference-size': options.referenceSize,
    seed,
    generated: options.generated,
    scores: options.scores,
    column: options.column,
    filter: options.filter,
    'filter-order': options.filterOrder,
    strata: givenSides(options.strata),
    clusters: givenSides(options.clusters),
  };
  const extra = Object.entries(fixed).find(([, value]) => value !== undefined);
  if (extra === undefined) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: `--${extra[0]}`,
    expected: 'the design says it already',
    help: 'Change it in the design, or leave the design out and give flags.',
  });
}

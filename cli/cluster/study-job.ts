import { z } from 'zod';
import { openAlgebra } from '../../numerics/open-algebra.js';
import { parsedFacts } from '../../sample-size-study/files/parsed-facts.js';
import type { StudyDesign } from '../../sample-size-study/study-design.js';
import { type StudyPart, studyPart, taskName } from '../../sample-size-study/study-run.js';
import { labelFiles } from '../../scoring/sampling-labels.js';
import { STUDY_FLAGS } from '../commands/study.js';
import { openStudy, runStudy, type StudyInput } from '../commands/study-run.js';
import {
  completeOptions,
  type DividedCommand,
  encodedBefore,
  type GivenInput,
  networkFiles,
  shardsOf,
  valuesOf,
  writeValues,
} from './command-job.js';

function studyInput({ arguments: given, options }: GivenInput): StudyInput {
  return { arguments: given, options: completeOptions(STUDY_FLAGS, options) as never };
}

/** Files and folders that a study reads. */
function pathsOf({
  reference,
  arms,
  distortions,
  encoder,
  strata = {},
  clusters = {},
}: StudyDesign): readonly string[] {
  return [
    reference,
    ...arms.flatMap(({ source, ids, filter }) => [source, ids, filter?.scores]),
    ...distortions.map((distortion) => distortion.with),
    ...labelFiles({ strata, clusters }),
    ...networkFiles(encoder),
  ].filter((path) => typeof path === 'string');
}

const count = z.int().min(0);

/** `StudyPart`, its facts as they are written. */
const partSchema = z.strictObject({
  rows: z.array(
    z.strictObject({
      metric: z.string(),
      arm: z.string(),
      distortion: z.string(),
      level: count,
      sampleSize: count,
      repeat: count,
      value: z.number().nullable(),
      reason: z.string(),
      scored: count.exactOptional(),
    }),
  ),
  facts: z.unknown().nullable(),
});

/** A study: sets by networks, then draws of one metric on one set. */
export const studyJob: DividedCommand = {
  async plan({ arguments: given, options: { unitRepeats, ...options } }, terminal) {
    const { design, tasks, data } = await openStudy(studyInput({ arguments: given, options }), terminal);
    try {
      const encodings = data.encodings.map(({ name, images }, of) => ({
        kind: 'encoding' as const,
        name,
        of,
        from: 0,
        n: images,
      }));
      const repeats = tasks.flatMap((task, of) =>
        ranges(task.draws.length, unitRepeats as number).map((range) => ({
          kind: 'repeats' as const,
          name: taskName(task),
          of,
          ...range,
        })),
      );
      return { paths: [...given, ...pathsOf(design)], units: [...encodings, ...repeats] };
    } finally {
      await data.close();
    }
  },

  async work(input, task, terminal) {
    const { run, unit, path, writing } = task;
    const isEncoding = unit.kind === 'encoding';
    const opened = await openStudy(
      studyInput(input),
      terminal,
      isEncoding ? undefined : (place) => encodedBefore(run, place),
    );
    const { design, metrics, data, tasks } = opened;
    try {
      if (isEncoding) {
        await data.encodings[unit.of]!.write(path, { ...writing, shards: shardsOf(task) });
        return;
      }
      const part = await studyPart(
        {
          design,
          metrics,
          data,
          algebra: await openAlgebra(),
          onProgress: ({ task: name, done, total }) =>
            terminal.progress.show({ task: name, done, total, unit: 'draws' }),
          signal: terminal.signal,
        },
        { task: tasks[unit.of]!, from: unit.from, n: unit.n },
      );
      await writeValues(task, part);
    } finally {
      await data.close();
    }
  },

  async merge(input, run, terminal) {
    const written = await valuesOf(run, partSchema, 'repeats');
    const lines = written.flatMap(({ facts }) => (facts === null ? [] : [JSON.stringify(facts)]));
    const facts = (await parsedFacts(lines, run.folder)).values();
    const parts = written.map((part): StudyPart => {
      return { rows: part.rows, facts: part.facts === null ? null : facts.next().value! };
    });
    return runStudy(studyInput(input), terminal, { parts, encoded: (at) => encodedBefore(run, at) });
  },
};

/** Stretches of so many, the last of what is left. */
function ranges(total: number, size: number): readonly { readonly from: number; readonly n: number }[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => ({
    from: i * size,
    n: Math.min(size, total - i * size),
  }));
}

import { z } from 'zod';
import type { Run } from '../../encoders/cluster/files/run-folder.js';
import type { CommandPlan } from '../../encoders/cluster/plan.js';
import { comparedValues } from '../../filtering/compare.js';
import type { CompareRequest } from '../../filtering/compare-report.js';
import { imageDetail } from '../../filtering/compared-pool.js';
import { openComparison } from '../../filtering/open-comparison.js';
import { labelFiles } from '../../scoring/sampling-labels.js';
import type { Score } from '../../uncertainty/score-table.js';
import { COMPARE_FLAGS } from '../commands/compare.js';
import { type CompareInput, compareRequest, runCompare } from '../commands/compare-run.js';
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

function compareInput({ arguments: given, options }: GivenInput): CompareInput {
  return { arguments: given, options: completeOptions(COMPARE_FLAGS, options) as never };
}

const numbers = z.record(z.string(), z.number());
/** Controls of images: the name of each, and its values by id. */
const columnsSchema = z.array(z.tuple([z.string(), numbers]));
/** Values of subsets, by the id of the metric and the subset. */
const valuesSchema = z.record(z.string(), numbers);

/** What earlier units have made of the sides. */
function sidesBefore(run: Run<CommandPlan>): Pick<CompareRequest, 'encoded' | 'measured'> {
  const isMeasured = run.plan.units.some(({ kind }) => kind === 'controls');
  return {
    encoded: (place) => encodedBefore(run, place),
    measured: isMeasured ? () => measuredBefore(run) : undefined,
  };
}

async function measuredBefore(run: Run<CommandPlan>): Promise<readonly Score[]> {
  const [columns] = await valuesOf(run, columnsSchema, 'controls');
  return columns!.map(([name, values]) => ({
    name,
    byId: new Map(Object.entries(values)),
    undefinedIds: new Map(),
  }));
}

/** A comparison: sides by networks and the detail of the images, then subsets of one metric. */
export const compareJob: DividedCommand = {
  async plan({ arguments: given, options: { metricUnits, ...options } }, terminal) {
    const input = compareInput({ arguments: given, options });
    const { scores, encoder, strata, clusters } = input.options;
    const opened = await openComparison(await compareRequest(input, terminal));
    try {
      const { encodings, metricSets, sources } = opened;
      const before = encodings.map(({ name, images }, of) => ({
        kind: 'encoding' as const,
        name,
        of,
        from: 0,
        n: images,
      }));
      const { generated } = sources;
      const controls =
        generated.kind === 'images'
          ? [
              {
                kind: 'controls' as const,
                name: `detail of ${generated.path}`,
                of: 0,
                from: 0,
                n: generated.set.entries.length,
              },
            ]
          : [];
      const count = metricUnits as number;
      const subsets = metricSets.flatMap(({ name }, of) => [
        { kind: 'filters' as const, name, of, from: 0, n: 1 },
        ...Array.from({ length: count }, (_, from) => ({
          kind: 'subsets' as const,
          name,
          of,
          from,
          n: count,
        })),
      ]);
      const paths = [...given, scores!, ...labelFiles({ strata, clusters }), ...networkFiles(encoder)];
      return { paths, units: [...before, ...controls, ...subsets] };
    } finally {
      await opened.close();
    }
  },

  async work(input, task, terminal) {
    const { run, unit, path, writing } = task;
    const request = await compareRequest(compareInput(input), terminal);
    if (unit.kind === 'subsets' || unit.kind === 'filters') {
      const stretch = unit.kind === 'filters' ? null : { index: unit.from, count: unit.n };
      const values = await comparedValues({ ...request, ...sidesBefore(run) }, unit.of, stretch);
      const byMetric = [...values].map(([metric, own]) => [metric, Object.fromEntries(own)]);
      return writeValues(task, Object.fromEntries(byMetric));
    }
    const opened = await openComparison(request);
    try {
      const { encodings, sources, match } = opened;
      if (unit.kind === 'encoding')
        return await encodings[unit.of]!.write(path, { ...writing, shards: shardsOf(task) });
      if (sources.generated.kind !== 'images') return;
      const detail = await imageDetail(request, sources.generated.set, (id) => match.pairs.has(id));
      const columns = detail.map(({ name, byId }) => [name, Object.fromEntries(byId)]);
      await writeValues(task, columns);
    } finally {
      await opened.close();
    }
  },

  async merge(input, run, terminal) {
    const known = new Map<string, (readonly [string, number])[]>();
    for (const values of await valuesOf(run, valuesSchema, 'subsets', 'filters'))
      for (const [metric, own] of Object.entries(values))
        known.set(metric, [...(known.get(metric) ?? []), ...Object.entries(own)]);
    return runCompare(compareInput(input), terminal, { ...sidesBefore(run), known });
  },
};

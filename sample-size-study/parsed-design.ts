import { checkedJson } from '../encoders/files/checked-json.js';
import { InputError, OptionError } from '../errors.js';
import { metricById } from '../metrics/metric-catalog.js';
import { METRICS_OF_COMMANDS } from '../metrics/records/parameters.js';
import { requireDistortion } from './distortions/distortion-kinds.js';
import { defaultFilterOrder, hasFilters, requireFilterArms } from './filter-arms.js';
import type { StudyDesign } from './study-design.js';
import { NOISE_FLOOR } from './study-design.js';

const DEFAULTS = {
  metrics: [...METRICS_OF_COMMANDS.study],
  repeats: 20,
  cheapRepeats: 100,
  seed: 2020,
};

/** Of a list in a design: more than a person compares. */
const MOST_PARTS = 1000;
const MOST_REPEATS = 100_000;

const DEFAULT_STABILITY = { smallestChange: 0.2, significance: 0.05 };

/** `design.json`, `steadfid/design/1`, with its defaults; loads zod. */
export async function designSchema() {
  const { z } = await import('zod');
  const name = z.string().min(1);
  const sides = { reference: name.exactOptional(), generated: name.exactOptional() };
  const line = z.string().regex(/^[^\p{Cc}]+$/u, 'must be one line of text');
  return z.strictObject({
    schema: z.literal('steadfid/design/1').default('steadfid/design/1'),
    reference: name,
    arms: z
      .array(
        z.strictObject({
          name: line,
          source: name,
          ids: name.nullable().default(null),
          filter: z
            .strictObject({
              scores: name,
              column: name,
              rule: name,
              keep: z.enum(['low', 'high']).default('low'),
            })
            .exactOptional(),
          random: z.strictObject({ like: line }).exactOptional(),
          matched: z
            .strictObject({ like: line, controls: z.array(name).min(1).nullable().default(null) })
            .exactOptional(),
          inverse: z.strictObject({ of: line }).exactOptional(),
        }),
      )
      .min(1)
      .max(MOST_PARTS),
    metrics: z.array(name).min(1).max(MOST_PARTS).default(DEFAULTS.metrics),
    encoder: name.nullable().default(null),
    distortions: z
      .array(
        z.strictObject({
          kind: name,
          levels: z.array(z.int().min(1)).min(1).max(MOST_PARTS),
          with: name.nullable().default(null),
        }),
      )
      .max(MOST_PARTS)
      .default([]),
    sizes: z.array(z.int().min(1)).min(1).max(MOST_PARTS).nullable().default(null),
    repeats: z.int().min(2).max(MOST_REPEATS).default(DEFAULTS.repeats),
    cheapRepeats: z.int().min(2).max(MOST_REPEATS).default(DEFAULTS.cheapRepeats),
    scheme: z.enum(['subsample', 'blocks', 'bootstrap']).default('subsample'),
    referenceSize: z.enum(['full', 'equal']).default('full'),
    seed: z.int().min(0).default(DEFAULTS.seed),
    parameters: z.record(z.string(), z.union([z.number(), z.string()])).default({}),
    strata: z.strictObject(sides).exactOptional(),
    clusters: z.strictObject(sides).exactOptional(),
    filterOrder: z.enum(['pool', 'draw']).exactOptional(),
    stability: z
      .strictObject({ smallestChange: z.number().gt(0).max(9), significance: z.number().gt(0).lt(1) })
      .exactOptional(),
  });
}

/**
 * A design with every default written out, so that it can be run again to the same bytes.
 *
 * @param value  parsed JSON, or flags gathered into the same shape
 * @param where  file or flag that it came from, for errors
 * @throws InputError UNREADABLE_FILE naming the field, or a schema that is newer than this version
 * @throws OptionError UNKNOWN_METRIC, UNKNOWN_DISTORTION with did-you-mean; OUT_OF_RANGE for a level that is not published
 * or a second set that is missing; CONFLICTING_OPTIONS for two sets of one name or a family that stands twice, and what
 * `requireFilterArms` throws
 */
export async function parsedDesign(value: unknown, where: string): Promise<StudyDesign> {
  requireKnownSchema(value, where);
  const help = 'The fields are described in docs/study-design.md.';
  const design = checkedJson(await designSchema(), value, { where, help });
  for (const metric of design.metrics) metricById(metric);
  for (const distortion of design.distortions) requireDistortion(distortion, AT);
  requireOneEach(design.distortions.map(({ kind }) => kind));
  requireDistinct(design.arms.map(({ name }) => name));
  requireFilterArms(design);
  const sizes = design.sizes === null ? null : ascending(design.sizes);
  const distortions = design.distortions.map((one) => ({ ...one, levels: ascending(one.levels) }));
  const complete = { ...design, distortions, sizes, metrics: [...new Set(design.metrics)] };
  return hasFilters(design)
    ? {
        ...complete,
        filterOrder: design.filterOrder ?? defaultFilterOrder(design.arms),
        stability: design.stability ?? DEFAULT_STABILITY,
      }
    : complete;
}

function requireKnownSchema(value: unknown, where: string): void {
  const schemaId = (value as { schema?: unknown } | null)?.schema;
  const newer = typeof schemaId === 'string' ? /^steadfid\/design\/(\d+)$/.exec(schemaId) : null;
  if (newer !== null && Number(newer[1]) > 1) {
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: 'must be a design that this version knows, steadfid/design/1',
      received: String(schemaId),
      help: 'Run the version of steadfid that wrote it, or a newer one.',
    });
  }
}

/** What errors about a distortion name. */
const AT = { kind: '--distortion', level: '--distortion', with: '--distortion' };

/** A family may appear once: the rows could not distinguish two with different second sets. */
function requireOneEach(kinds: readonly string[]): void {
  const twice = kinds.find((kind, i) => kinds.indexOf(kind) !== i);
  if (twice === undefined) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: '--distortion',
    expected: 'every family may appear once, with all of its levels',
    received: `${twice} twice`,
  });
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function requireDistinct(names: readonly string[]): void {
  if (names.includes(NOISE_FLOOR)) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--arm',
      expected: `${NOISE_FLOOR} is what a study calls two halves of the reference`,
      help: 'Give the generated set another name.',
    });
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: '--arm',
    expected: 'every generated set needs its own name',
    received: `two named "${twice}"`,
  });
}

/** The sizes at which the two classical figures were drawn. */
const CLASSICAL_SIZES = [1000, 2000, 3000, 4000, 5000, 10000, 15000, 20000, 25000, 30000];
const LOG_SPACED = 8;
const SMALLEST = 50;

/**
 * Sample sizes for a pool of n images: eight spaced evenly in log n from 50 (or a tenth of a smaller pool), and of the
 * classical 1,000 to 30,000 those that fit; ascending, the last is n.
 */
export function defaultSizes(n: number): readonly number[] {
  const smallest = Math.max(2, Math.min(SMALLEST, Math.floor(n / 10)));
  const spaced = Array.from({ length: LOG_SPACED }, (_, i) =>
    Math.round(smallest * (n / smallest) ** (i / (LOG_SPACED - 1))),
  );
  const all = [...spaced, ...CLASSICAL_SIZES.filter((size) => size <= n)];
  return [...new Set(all)].sort((a, b) => a - b);
}

import type { ShardSet } from '../../encoders/provenance.js';
import { ProvenanceError } from '../../errors.js';
import { mergedCurvature } from './curvature.js';
import { type FittedPosterior, tunedPosterior } from './fit-posterior.js';
import { posteriorOf } from './posterior.js';

/** A part and what the caller calls it. */
export interface NamedPosterior extends FittedPosterior {
  readonly name: string;
}

/**
 * One posterior of the pairs of several, as if they had been fitted at once; equal to that up to the order of float64 sums, 1e-12. If σ
 * and λ of the parts were tuned, they are tuned again to all pairs.
 *
 * @throws ProvenanceError UNLIKE_REPORTS if two parts are of unlike network, data or settings; DUPLICATE_CONTENT if a pair is in two parts
 */
export async function mergedPosterior(parts: readonly NamedPosterior[]): Promise<FittedPosterior> {
  const [first, ...others] = parts;
  for (const part of others) requireAlike(first!, part);
  requireDisjoint(parts);
  const curvature = mergedCurvature(parts.map((part) => part.posterior.curvature));
  const { record } = first!;
  const { data } = record;
  const seed = parts.every((part) => part.record.data.seed === data.seed) ? data.seed : null;
  const given = posteriorOf(curvature, first!.posterior);
  return {
    posterior: record.tuned === null ? given : await tunedPosterior(given, record.squaredWeights),
    record: {
      ...record,
      data: {
        ...data,
        seed,
        source: sourcesOf(parts),
        shards: shardsOf(parts),
        skipped: parts.flatMap((part) => part.record.data.skipped),
      },
    },
    pairDigests: parts.flatMap(({ pairDigests }) => pairDigests),
  };
}

function requireAlike(first: NamedPosterior, other: NamedPosterior): void {
  const facts = ({ posterior: settings, record }: NamedPosterior): Readonly<Record<string, unknown>> => ({
    'SHA-256 of the network': record.denoiser.sha256,
    structure: settings.structure,
    tuning: record.tuned,
    ...(record.tuned === null
      ? { 'noise sd': settings.noiseSd, 'prior precision': settings.priorPrecision }
      : {}),
    temperature: settings.temperature,
    'factor of diag-ef': settings.fisherFactor,
    schedule: JSON.stringify(record.schedule),
    preprocessing: record.data.preprocessing,
    'number of times per image': record.data.timesPerImage,
    'number of parts': record.data.shards?.count ?? null,
    ...(record.data.shards === null ? {} : { source: record.data.source, seed: record.data.seed }),
    version: record.version,
  });
  const theirs = facts(other);
  for (const [what, ours] of Object.entries(facts(first))) {
    if (ours === theirs[what]) continue;
    throw new ProvenanceError('UNLIKE_REPORTS', {
      where: other.name,
      expected: `${what} must be as in ${first.name}, ${ours ?? 'none'}`,
      received: `${theirs[what] ?? 'none'}`,
      help: 'Fit both in the same way.',
    });
  }
}

function requireDisjoint(parts: readonly NamedPosterior[]): void {
  const owners = new Map<number, string>();
  for (const { name, pairDigests } of parts) {
    const before = pairDigests.filter((digest) => owners.has(digest));
    if (before.length > 0) {
      throw new ProvenanceError('DUPLICATE_CONTENT', {
        where: name,
        expected: `must have no pair of image, time and noise that ${owners.get(before[0]!)} has too`,
        received: `${before.length} of ${pairDigests.length}`,
        help: 'Merge each part once, and parts of one seed only if they are shards of one set.',
      });
    }
    for (const digest of pairDigests) owners.set(digest, name);
  }
}

function sourcesOf(parts: readonly NamedPosterior[]): string {
  return [...new Set(parts.map(({ record }) => record.data.source))].join(' + ');
}

/** Null when nothing is missing any more. */
function shardsOf(parts: readonly NamedPosterior[]): ShardSet | null {
  const { shards } = parts[0]!.record.data;
  if (shards === null) return null;
  const indices = parts.flatMap(({ record }) => record.data.shards?.indices ?? []).sort((a, b) => a - b);
  return indices.length === shards.count ? null : { count: shards.count, indices };
}

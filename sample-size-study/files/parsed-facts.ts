import { checkedJson } from '../../encoders/files/checked-json.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { INTERVAL_BOUNDS } from '../../metrics/interval-procedure.js';
import type { ConditionMetadata } from '../condition-metadata.js';

const HELP = 'Remove the line and all after it, and the study finds them again.';

/** A line of `facts.csv`; loads zod. */
async function factsSchema() {
  const { z } = await import('zod');
  const text = z.string();
  const number = z.number();
  const count = z.int().nonnegative();
  return z.object({
    protocol: text,
    arm: text,
    distortion: text,
    level: number,
    encoder: z.object({
      id: text,
      sha256: text.nullable(),
      preprocessing: text.nullable(),
      origin: z.enum(['official', 'demo', 'custom', 'unknown']),
    }),
    dimension: count.nullable(),
    poolSize: count,
    referenceSize: count,
    referenceContent: z
      .object({
        of: z.enum(['images', 'embeddings', 'statistics']),
        digest: text,
        decoding: text.nullable(),
      })
      .nullable(),
    estimator: text,
    limits: z.record(
      text,
      // in the order in which they are written, so that a study taken up again ends in the same bytes
      z.object({
        estimate: number,
        standardError: number,
        low: number,
        high: number,
        level: number,
        method: text,
        procedure: z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('jackknife'),
            groups: count,
            scale: z.enum(['plain', 'logarithm']),
            fixed: z.enum(['reference', 'generated']).nullable(),
            splits: z.literal('one').nullable(),
            bounds: z.enum(INTERVAL_BOUNDS),
          }),
          z.object({ kind: z.literal('closed-form') }),
        ]),
        jackknifeDisagreement: number.exactOptional(),
        unclippedEstimate: number.exactOptional(),
      }),
    ),
    analyticSlope: number.nullable(),
    referenceBias: number.nullable().exactOptional(),
    isPaired: z.boolean().exactOptional(),
    drawnBy: z.object({ strata: text.nullable(), clusters: text.nullable() }).exactOptional(),
    part: z
      .object({
        drawnFrom: count,
        share: number,
        overlap: number,
        inCommon: z.object({ sizes: z.array(count), shares: z.array(z.array(number)) }).exactOptional(),
      })
      .exactOptional(),
    leaveOut: z.record(text, z.object({ value: number, without: z.array(number) })).exactOptional(),
    warnings: z.array(z.object({ code: text, message: text })),
    reaction: z
      .object({
        control: text,
        images: count,
        undistorted: z.object({ threshold: number, keptShare: number }),
        threshold: number,
        keptShare: number,
        changedShare: number,
        rankAgreement: number.nullable(),
      })
      .nullable()
      .exactOptional(),
  });
}

/**
 * The facts of lines of `facts.csv`.
 *
 * @param path  of the file, for the error
 * @throws InputError UNREADABLE_FILE naming the first line that no study wrote
 */
export async function parsedFacts(
  lines: readonly string[],
  path: string,
): Promise<readonly ConditionMetadata[]> {
  if (lines.length === 0) return [];
  const schema = await factsSchema();
  return lines.map((text, i) => {
    const where = `${path}:${i + 2}`;
    return checkedJson(schema, parsedJson(text, { where, help: HELP }), { where, help: HELP });
  });
}

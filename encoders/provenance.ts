import type { EncoderIdentity, Warning } from './encoder.js';
import { checkedJson } from './files/checked-json.js';
import { parsedJson } from './files/json-text.js';
import type { ImageSizes } from './image-sizes.js';

/** An image that was left out on request, and why. */
export interface SkippedImage {
  readonly id: string;
  readonly reason: string;
}

/** What decoding said of the images of a set, counted: the same of parts that are joined as of the whole. */
export interface ImageNotes {
  readonly n: number;
  /** images that were stored with loss, by format */
  readonly lossy: Readonly<Record<string, number>>;
  /** the first of each kind, and how many images have it */
  readonly warnings: readonly (Warning & { readonly count: number })[];
}

/** What remains known of a set through every level of merging, so that no image is counted twice and none is missing unsaid. */
export interface SetHistory {
  /** which parts of a divided set these are; null, or left out, for a whole set */
  readonly shards?: DividedSet | null | undefined;
  /** whole sets that were joined to this one, by content; left out where it is one */
  readonly joined?: readonly string[] | undefined;
  /** of which image warnings are made, where they are known */
  readonly notes?: ImageNotes | undefined;
  /** where the network ran, if not on a CPU */
  readonly device?: string | undefined;
  /** of that device's embeddings of test images from a CPU's, relative in L2: the largest of joined parts */
  readonly deviceDifference?: number | undefined;
}

/** What a file of embeddings or statistics says of where they came from: `provenance.json` inside it. */
export interface Provenance extends SetHistory {
  readonly schema: 'steadfid/provenance/1';
  /** of the suite that wrote it */
  readonly version: string;
  readonly encoder: EncoderIdentity;
  /** how files were decoded, where that changes numbers: `orientation ignored`; null where it is not known */
  readonly decoding: string | null;
  /** the image set as its user typed it */
  readonly source: string;
  readonly n: number;
  /** of ids and image bytes together, whatever their order (`SetDigest`); null where it is not known */
  readonly digest: string | null;
  readonly skipped: readonly SkippedImage[];
  readonly warnings: readonly Warning[];
  /** of the images as the encoder sees them, before it resizes; left out where it is not known */
  readonly imageSizes?: ImageSizes | undefined;
  readonly shards: DividedSet | null;
}

export interface ShardSet {
  /** how many parts there are in all */
  readonly count: number;
  /** those in this file, from 1, ascending */
  readonly indices: readonly number[];
}

/** Parts of a set of images, known by its content and not by its path. */
export interface DividedSet extends ShardSet {
  /** of all images of the set that was divided (`idsDigest`): it is another set once an image comes or goes */
  readonly ids: string;
}

/** `provenance.json` in a file of embeddings or statistics, `steadfid/provenance/1`; loads zod. */
export async function provenanceSchema() {
  const { z } = await import('zod');
  const text = z.string();
  const count = z.int().nonnegative();
  return z.object({
    schema: z.literal('steadfid/provenance/1'),
    version: text,
    encoder: z.object({
      id: text,
      sha256: text.nullable(),
      preprocessing: text.nullable(),
      origin: z.enum(['official', 'demo', 'custom', 'unknown']),
    }),
    decoding: text.nullable(),
    source: text,
    n: count,
    digest: text.nullable(),
    skipped: z.array(z.object({ id: text, reason: text })),
    warnings: z.array(z.object({ code: text, message: text })),
    imageSizes: z
      .array(z.object({ width: count, height: count, count }))
      .min(1)
      .optional(),
    shards: z.object({ count, indices: z.array(count), ids: text }).nullable(),
    joined: z.array(text).min(2).optional(),
    notes: z
      .object({
        n: count,
        lossy: z.record(text, count),
        warnings: z.array(z.object({ code: text, message: text, count })),
      })
      .optional(),
    device: text.optional(),
    deviceDifference: z.number().nonnegative().optional(),
  });
}

/**
 * @param where  the file, for the error
 * @throws InputError UNREADABLE_FILE if the text is not what the suite writes
 */
export async function parsedProvenance(text: string, where: string): Promise<Provenance> {
  const value = parsedJson(text, { where: `${where}, provenance.json` });
  return checkedJson(await provenanceSchema(), value, {
    where: `${where}, provenance.json`,
    help: 'Encode the images again, or take provenance.json out of the archive.',
  });
}

/** Bytes of the entry; the same for the same provenance. */
export function provenanceBytes(provenance: Provenance): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(provenance, null, 1)}\n`);
}

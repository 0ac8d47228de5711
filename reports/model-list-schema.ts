import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const sizeBytes = z.int().min(0);

const model = z.strictObject({
  id: z.string(),
  title: z.string(),
  dimensions: z.int().min(1),
  for: z.string().describe('which metrics take it'),
  license: z.string(),
  source: z.string(),
  published: z.strictObject({
    file: z.string(),
    url: z.url(),
    sha256,
    sizeBytes,
    hashSource: z.string().describe('who says what the hash must be'),
  }),
  checkpoint: z.strictObject({
    path: z.string(),
    state: z.enum(['missing', 'partial', 'there', 'published', 'other']),
    sizeBytes: sizeBytes.nullable(),
    sha256: sha256.nullable().describe('null unless every byte was read'),
  }),
  network: z.strictObject({
    path: z.string(),
    state: z.enum(['missing', 'there', 'official', 'custom']),
    sizeBytes: sizeBytes.nullable(),
    sha256: sha256.nullable().describe('null unless every byte was read'),
    reason: z.string().nullable().describe('why it is not official'),
  }),
});

/** What `models list --json` prints, `steadfid/models/1`. */
export const modelListSchema = z.strictObject({ folder: z.string(), models: z.array(model) });

const file = z.discriminatedUnion('standing', [
  z.strictObject({ path: z.string(), standing: z.literal('official'), id: z.string(), sha256 }),
  z.strictObject({ path: z.string(), standing: z.literal('custom'), reason: z.string(), sha256 }),
]);

/** What `models verify --json` prints, `steadfid/verified-models/1`: networks by name, and files by path. */
export const verifiedModelsSchema = z.array(z.union([model, file]));

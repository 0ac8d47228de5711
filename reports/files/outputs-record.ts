import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize, relative } from 'node:path';
import type { z } from 'zod';
import { VERSION } from '../../encoders/encoder.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { readTextFile } from '../../encoders/files/regular-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { outputsSchema, strictJson } from './json-formats.js';

const RECORD = 'outputs.json';

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Writes `outputs.json`, the SHA-256 of every file of a report, and gives its path. */
export async function recordOutputs(folder: string, paths: readonly string[]): Promise<string> {
  const files: Record<string, string> = {};
  for (const path of paths)
    files[relative(folder, path).replaceAll('\\', '/')] = sha256(await readFile(path));
  const record: z.infer<typeof outputsSchema> = { schema: 'steadfid/outputs/1', version: VERSION, files };
  const path = join(folder, RECORD);
  await writeWhole(path, strictJson(record, 'outputs'), { existing: 'replaced' });
  return path;
}

/**
 * Whether a folder holds all that this version makes from a report, unchanged: the report has these bytes, and every file the
 * hash it was written with. Any doubt is a no.
 *
 * @param source  name and text of the JSON from which all else is made
 */
export async function holdsOutputsOf(
  folder: string,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<boolean> {
  try {
    const path = join(folder, RECORD);
    const { version, files } = outputsSchema.parse(parsedJson(await readTextFile(path), { where: path }));
    if (version !== VERSION || files[name] !== sha256(text)) return false;
    for (const [file, hash] of Object.entries(files)) {
      // the record may be a stranger's: what is outside the folder, a pipe or a device is not read
      if (isAbsolute(file) || normalize(file).startsWith('..')) return false;
      if ((await fileHash(join(folder, file))) !== hash) return false;
    }
    return true;
  } catch {
    return false;
  }
}

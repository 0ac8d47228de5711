import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../errors.js';
import type { Provenance } from '../provenance.js';

const schema = z.strictObject({
  schema: z.literal('steadfid/provenance/1'),
  version: z.string(),
  command: z.string(),
  finished: z.string(),
  machine: z.string(),
  node: z.string(),
});

/**
 * When and where the report of a folder was made; null where the folder does not say.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export async function readProvenance(folder: string): Promise<Provenance | null> {
  const path = join(folder, 'provenance.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        expected: 'must say when and where the report was made',
        help: 'Remove it, and the page will say that it is not recorded.',
      },
      { cause },
    );
  }
}

import { z } from 'zod';
import type { Provenance } from '../provenance.js';
import { readBeside } from './read-beside.js';

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
export function readProvenance(folder: string): Promise<Provenance | null> {
  return readBeside(folder, 'provenance.json', {
    parsed: (json) => schema.parse(json),
    expected: 'must say when and where the report was made',
    help: 'Remove it, and the page will say that it is not recorded.',
  });
}

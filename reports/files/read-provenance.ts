import type { Provenance } from '../page/page.js';
import { reportProvenanceSchema } from './json-formats.js';
import { readBeside } from './read-beside.js';

/**
 * When and where the report of a folder was made; null where the folder does not say.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export function readProvenance(folder: string): Promise<Provenance | null> {
  return readBeside(folder, 'provenance.json', {
    name: 'report-provenance',
    parsed: (json) => reportProvenanceSchema.parse(json),
    help: 'Remove it, and the page will say that it is not recorded.',
  });
}

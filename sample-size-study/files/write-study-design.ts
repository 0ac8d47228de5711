import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { ProvenanceError } from '../../errors.js';
import type { StudyDesign } from '../study-design.js';

/**
 * Writes `design.json`, complete and ready to be run again.
 *
 * @param options  `kept if the same`: a folder that holds another design is refused, for its rows are of that one
 * @throws ProvenanceError UNLIKE_REPORTS
 */
export async function writeStudyDesign(
  folder: string,
  design: StudyDesign,
  { existing }: { readonly existing: 'replaced' | 'kept if the same' },
): Promise<void> {
  const path = join(folder, 'design.json');
  const text = `${JSON.stringify(design, null, 2)}\n`;
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (known === text) return;
  if (known !== null && existing !== 'replaced') {
    throw new ProvenanceError('UNLIKE_REPORTS', {
      where: path,
      expected: 'the folder holds the rows of another design',
      help: 'Choose another folder, run that design, or pass --force to begin anew.',
    });
  }
  await writeWhole(path, text, { existing: 'replaced' });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { ProvenanceError } from '../../errors.js';
import type { StudyDesign } from '../study-design.js';

/** How a folder that holds rows already is taken: `kept if the same` refuses one whose rows are of something else. */
interface ExistingStudy {
  readonly existing: 'replaced' | 'kept if the same';
}

/**
 * Writes `design.json`, complete and ready to be run again.
 *
 * @throws ProvenanceError UNLIKE_REPORTS
 */
export async function writeStudyDesign(
  folder: string,
  design: StudyDesign,
  { existing }: ExistingStudy,
): Promise<void> {
  await writeIfSame(join(folder, 'design.json'), `${JSON.stringify(design, null, 2)}\n`, {
    existing,
    expected: 'the folder holds the rows of another design',
    help: 'Choose another folder, run that design, or pass --force to begin anew.',
  });
}

/**
 * Writes `draws.sha256`, by which a study that goes on sees that its subsets are those of the rows before.
 *
 * @param digest  of `drawsDigest`
 * @returns whether the folder said before of which draws its rows are
 * @throws ProvenanceError UNLIKE_REPORTS
 */
export function writeStudyDraws(
  folder: string,
  digest: string,
  { existing }: ExistingStudy,
): Promise<'known' | 'new'> {
  return writeIfSame(join(folder, 'draws.sha256'), `${digest}\n`, {
    existing,
    expected:
      'the folder holds the rows of other draws: strata, clusters or n of a set, or the version, are others',
    help: 'Restore the labels and sets, choose another folder, or pass --force to begin anew.',
  });
}

/** @returns whether the file was there before */
async function writeIfSame(
  path: string,
  text: string,
  { existing, expected, help }: ExistingStudy & { readonly expected: string; readonly help: string },
): Promise<'known' | 'new'> {
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (known === text) return 'known';
  if (known !== null && existing !== 'replaced') {
    throw new ProvenanceError('UNLIKE_REPORTS', { where: path, expected, help });
  }
  await writeWhole(path, text, { existing: 'replaced' });
  return known === null ? 'new' : 'known';
}

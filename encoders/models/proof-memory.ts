import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeWhole } from '../files/write-whole.js';

const FILE = '.steadfid-proofs.json';

/**
 * A text that stays the same only while files are the very ones that they were: their places on the disk, sizes and
 * times of change. Copied, touched or replaced files give another. Undefined if one is missing.
 */
export async function filesMark(paths: readonly string[], text: string): Promise<string | undefined> {
  const hash = createHash('sha256').update(text);
  for (const path of paths) {
    const found = await stat(path, { bigint: true }).catch(() => undefined);
    if (found === undefined) return undefined;
    hash.update(`\0${path}\0${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`);
  }
  return hash.digest('hex');
}

/** The mark under which a network in a folder was proved before. */
export async function rememberedMark(networkPath: string): Promise<string | undefined> {
  return (await memory(dirname(networkPath)))[basename(networkPath)];
}

/** Remembers a proof beside the network; in a folder that cannot be written it is made anew each time. */
export async function rememberMark(networkPath: string, mark: string): Promise<void> {
  const folder = dirname(networkPath);
  const marks = { ...(await memory(folder)), [basename(networkPath)]: mark };
  await writeWhole(join(folder, FILE), `${JSON.stringify(marks, null, 2)}\n`, { existing: 'replaced' }).catch(
    () => {},
  );
}

async function memory(folder: string): Promise<Readonly<Record<string, string>>> {
  try {
    const marks: unknown = JSON.parse(await readFile(join(folder, FILE), 'utf8'));
    return typeof marks === 'object' && marks !== null ? (marks as Record<string, string>) : {};
  } catch {
    return {}; // there is none yet
  }
}

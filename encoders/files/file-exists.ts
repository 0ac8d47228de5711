import { stat } from 'node:fs/promises';

/** Whether there is such a file; a folder of that name is none. */
export async function fileExists(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

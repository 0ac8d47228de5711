import { InputError } from '../errors.js';
import type { ImageEntry } from './images/image-set.js';
import type { ImageWorkers } from './workers/image-workers.js';

/** Names that are listed; the rest is counted. */
const MOST_NAMED = 50;

/** Errors that belong to one image and leave the others alone. */
export function isImageError(error: unknown): error is InputError {
  return error instanceof InputError;
}

/**
 * The error of the first image that cannot be read, with all others of the set that cannot be read either: who replaces one file
 * after the other starts the work anew for each.
 *
 * @param after  entries that come after the first; they are decoded, and not encoded
 */
export async function errorOfAll(
  first: InputError,
  after: readonly ImageEntry[],
  { source, workers }: { readonly source: string; readonly workers: ImageWorkers },
): Promise<InputError> {
  const failed: string[] = [];
  const queue = after.entries();
  async function decode(): Promise<void> {
    for (const [, { id, load }] of queue) {
      const name = `${source}/${id}`;
      try {
        await (await workers.hash(await load(), name)).prepare();
      } catch (error) {
        if (!isImageError(error)) throw error;
        failed.push(name);
      }
    }
  }
  await Promise.all(Array.from({ length: workers.count }, decode));
  if (failed.length === 0) return first;
  const order = new Map(after.map(({ id }, i) => [`${source}/${id}`, i]));
  failed.sort((one, other) => order.get(one)! - order.get(other)!);
  const rest = failed.length - MOST_NAMED;
  const named = failed.slice(0, MOST_NAMED).join(', ');
  const more = rest > 0 ? ` and ${rest} more` : '';
  return new InputError(first.code, {
    ...first.details,
    help: `${failed.length} more cannot be read: ${named}${more}. Replace them or pass --skip-unreadable.`,
    others: failed,
  });
}

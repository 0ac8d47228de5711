import { InputError, SampleSizeError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';
import { extension, IMAGE_EXTENSIONS } from './image-names.js';

const LOOKED_FOR = `one image (${IMAGE_EXTENSIONS.map((ending) => `.${ending}`).join(', ')}, in any case)`;
const KINDS_SHOWN = 5;

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}

/** `12 other files (8 .txt, 4 without an ending)`. */
export function described(others: readonly string[]): string {
  if (others.length === 0) return 'nothing';
  const kinds = new Map<string, number>();
  for (const path of others) kinds.set(extension(path), (kinds.get(extension(path)) ?? 0) + 1);
  const most = [...kinds].sort(([, a], [, b]) => b - a);
  const shown = most
    .slice(0, KINDS_SHOWN)
    .map(([ending, count]) => `${count} ${ending === '' ? 'without an ending' : `.${ending}`}`);
  const rest = most.length > KINDS_SHOWN ? ', …' : '';
  return `${counted(others.length, 'other file')} (${shown.join(', ')}${rest})`;
}

/** Each after the one before it, and so none twice: found without a set of all names, which is large for a large folder. */
function areAscending(ids: readonly string[]): boolean {
  for (let i = 1; i < ids.length; i++) if (byCodePoint(ids[i - 1]!, ids[i]!) >= 0) return false;
  return true;
}

/**
 * Passes when a set has an image and no id twice.
 *
 * @param others  paths of what was found and is no image
 * @throws SampleSizeError EMPTY_FOLDER saying what was looked for and what was found
 * @throws InputError DUPLICATE_IDS naming the first five
 */
export function requireImages(
  source: string,
  {
    ids,
    others,
    help,
  }: { readonly ids: readonly string[]; readonly others: readonly string[]; readonly help: string },
): void {
  if (ids.length === 0)
    throw new SampleSizeError('EMPTY_FOLDER', {
      where: source,
      expected: `must hold at least ${LOOKED_FOR}`,
      received: described(others),
      help,
    });
  if (areAscending(ids)) return;
  const seen = new Set<string>();
  const twice = new Set(ids.filter((id) => seen.size === seen.add(id).size));
  if (twice.size === 0) return;
  const named = [...twice].slice(0, 5).join(', ');
  const more = twice.size > 5 ? ` and ${twice.size - 5} more` : '';
  throw new InputError('DUPLICATE_IDS', {
    where: source,
    expected: 'every image must have a name of its own',
    received: `${counted(twice.size, 'name')} more than once: ${named}${more}`,
    help: 'Rename or remove the second of each.',
    ids: [...twice],
  });
}

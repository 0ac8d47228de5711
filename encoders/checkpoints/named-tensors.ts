import { InputError } from '../../errors.js';
import type { ReadBudget } from '../files/read-budget.js';
import { NumpyArray } from './numpy-objects.js';
import { keyText } from './pickle-rules.js';
import { AttributeBag, TorchTensor } from './torch-objects.js';

/** Deeper than any network's modules; also what a structure that contains itself runs into. */
const DEEPEST = 64;
/** Of an entry that is looked at, with the name that it has. */
const STEPS_PER_ENTRY = 8;

/** What a pickle keeps numbers in. */
export type SavedArray = TorchTensor | NumpyArray;

/**
 * The tensors and numpy arrays of an unpickled object by name: keys of dictionaries, attributes of modules and indices of lists, joined
 * by `.`; anything that is no tensor is left out. A tensor alone is named with the empty string.
 *
 * @param budget  what this may take: a small pickle can spell endless names by sharing parts
 * @throws InputError UNREADABLE_FILE if there are none, if two have one name, if the structure contains itself, or if
 *   it spells more names than its bytes explain
 */
export function namedTensors(
  where: string,
  value: unknown,
  budget: ReadBudget,
): ReadonlyMap<string, SavedArray> {
  const tensors = new Map<string, SavedArray>();

  function visit(name: string, item: unknown, depth: number): void {
    if (item instanceof TorchTensor || (item instanceof NumpyArray && item.contents !== undefined)) {
      if (tensors.has(name)) throw refused(where, `must not have two tensors named ${name}`);
      tensors.set(name, item);
      return;
    }
    const entries = entriesOf(item);
    if (entries === undefined) return;
    if (depth >= DEEPEST) throw refused(where, `must not be nested deeper than ${DEEPEST}`);
    for (const [key, child] of entries) {
      const inner = typeof child === 'object' && child !== null ? joined(name, key) : '';
      budget.spend(STEPS_PER_ENTRY + inner.length);
      visit(inner, child, depth + 1);
    }
  }

  visit('', value, 0);
  if (tensors.size === 0) throw refused(where, 'must hold at least one tensor');
  return tensors;
}

function joined(name: string, key: unknown): string {
  const last = keyText(key) ?? '?';
  return name === '' ? last : `${name}.${last}`;
}

function entriesOf(item: unknown): Iterable<[unknown, unknown]> | undefined {
  if (item instanceof Map) return item.entries();
  if (item instanceof AttributeBag) return item.attributes.entries();
  return Array.isArray(item) ? item.entries() : undefined;
}

function refused(where: string, expected: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where,
    expected: `its contents ${expected}`,
    help: 'Save the tensors alone: torch.save(model.state_dict(), …).',
  });
}

import { InputError } from '../../errors.js';
import { AttributeBag, TorchTensor } from './torch-objects.js';

/** Deeper than any network's modules; also what a structure that contains itself runs into. */
const DEEPEST = 64;
/** Characters of all names together. Networks have some 100,000; a small file can spell endless ones by sharing parts. */
const MOST_CHARACTERS = 2 ** 24;

/**
 * The tensors of an unpickled object by name: keys of dictionaries, attributes of modules and indices of lists, joined
 * by `.`; anything that is no tensor is left out. A tensor alone is named with the empty string.
 *
 * @throws InputError UNREADABLE_FILE if there are none, if two have one name, if the structure contains itself, or if
 *   it spells more names than a network could have
 */
export function namedTensors(where: string, value: unknown): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  let characters = 0;

  function visit(name: string, item: unknown, depth: number): void {
    if (item instanceof TorchTensor) {
      if (tensors.has(name)) throw refused(where, `must not have two tensors named ${name}`);
      tensors.set(name, item);
      return;
    }
    const entries = entriesOf(item);
    if (entries === undefined) return;
    if (depth >= DEEPEST) throw refused(where, `must not be nested deeper than ${DEEPEST}`);
    for (const [key, child] of entries) {
      const inner = typeof child === 'object' && child !== null ? joined(name, key) : '';
      characters += 1 + inner.length;
      if (characters > MOST_CHARACTERS) throw refused(where, 'must not spell more names than a network has');
      visit(inner, child, depth + 1);
    }
  }

  visit('', value, 0);
  if (tensors.size === 0) throw refused(where, 'must hold at least one tensor');
  return tensors;
}

function joined(name: string, key: unknown): string {
  const last = typeof key === 'string' || typeof key === 'number' ? String(key) : '?';
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

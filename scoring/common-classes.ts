import type { ImageLabels } from '../encoders/image-labels.js';
import { InputError } from '../errors.js';
import { groupedBy } from '../numerics/grouped-by.js';
import type { ClassScores } from './score-report.js';

/** The images of each class, by their indices on each side. */
export interface Classes extends Omit<ClassScores, 'results'> {
  readonly indices: ReadonlyMap<string, { readonly reference: Uint32Array; readonly generated: Uint32Array }>;
}

/** Labels of one side that are named in an error. */
const MOST_NAMED = 5;

function indicesByLabel({ labels }: ImageLabels): ReadonlyMap<string, Uint32Array> {
  const found = groupedBy(labels.keys(), (i) => labels[i]!);
  return new Map([...found].map(([label, indices]) => [label, Uint32Array.from(indices)]));
}

const byName = new Intl.Collator('en', { numeric: true });

/**
 * The classes of two labelled sets, in the order of their labels.
 *
 * @throws InputError MISSING_IDS if the sets have no class in common, naming the first five of each
 */
export function classesOf(labels: {
  readonly reference: ImageLabels;
  readonly generated: ImageLabels;
}): Classes {
  const reference = indicesByLabel(labels.reference);
  const generated = indicesByLabel(labels.generated);
  const named = (
    of: ReadonlyMap<string, Uint32Array>,
    other: ReadonlyMap<string, Uint32Array>,
    is: boolean,
  ) => [...of.keys()].filter((label) => other.has(label) === is).sort(byName.compare);
  const common = named(reference, generated, true);
  const shown = (of: ReadonlyMap<string, Uint32Array>) =>
    [...of.keys()].sort(byName.compare).slice(0, MOST_NAMED).join(', ');
  if (common.length === 0)
    throw new InputError('MISSING_IDS', {
      where: '--per-class',
      expected: 'the sets must have a class in common',
      received: `${shown(reference)} (${labels.reference.from}) and ${shown(generated)} (${labels.generated.from})`,
      help: 'Name the classes alike: --strata reference=FILE.csv or generated=FILE.csv gives the labels of one set.',
    });
  const indices = common.map(
    (label) => [label, { reference: reference.get(label)!, generated: generated.get(label)! }] as const,
  );
  return {
    labels: { reference: labels.reference.from, generated: labels.generated.from },
    classes: indices.map(([label, own]) => ({
      label,
      reference: own.reference.length,
      generated: own.generated.length,
    })),
    alone: { reference: named(reference, generated, false), generated: named(generated, reference, false) },
    indices: new Map(indices),
  };
}

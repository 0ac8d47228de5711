import { projectFile } from './project.js';

/** A row of docs/precision.md: what is compared with what, and the tests that do it. */
export interface Agreement {
  readonly step: string;
  /** the peer; `{numpy}` is its name and the version that the fixture or package.json states */
  readonly reference: string;
  /** in test/reference/, without .json; null: the reference is computed in the test */
  readonly fixture: string | null;
  readonly test: string;
  /** part of the tests' title as it is written */
  readonly title: string;
  /** parts that the full name must have too: the suite, a parameter */
  readonly within?: readonly string[];
  /** the comparisons held to this alone, where a test has several */
  readonly tolerance?: number;
  /** what the error is measured in; `bits`: the tests compare for equality */
  readonly of: 'relative' | 'of the scale' | 'absolute' | 'levels of 255' | 'relative L2' | 'bits';
  /** ONNX Runtime and the image libraries add and round in the order that suits the processor */
  readonly varies?: 'by processor';
  /** the source whose docstring states an agreement that this row measures */
  readonly source?: string;
}

export function agreementKey({ step, reference }: Agreement): string {
  return `${step} | ${reference}`;
}

/** Whether a comparison, or a whole test, belongs to the row. */
export function covers(
  { test, title, within = [], tolerance }: Agreement,
  of: { readonly file: string; readonly name: string; readonly tolerance?: number },
): boolean {
  return (
    of.file === test &&
    [title, ...within].every((part) => of.name.includes(part)) &&
    (tolerance === undefined || of.tolerance === undefined || tolerance === of.tolerance)
  );
}

function versionsOf(fixture: string | null): Record<string, string> {
  const { dependencies, devDependencies } = JSON.parse(projectFile('package.json'));
  const own = { ...dependencies, ...devDependencies };
  if (fixture === null) return own;
  const { made, versions, commits, cases } = JSON.parse(projectFile(`test/reference/${fixture}.json`));
  const peers = Object.entries<{ peer?: string }>(Array.isArray(cases) ? {} : (cases ?? {})).map(
    ([name, { peer }]) => [`peer of ${name}`, peer],
  );
  return { ...own, ...made?.versions, ...made?.peers, ...commits, ...versions, ...Object.fromEntries(peers) };
}

/**
 * The reference with its versions, which the fixture states.
 *
 * @throws Error if it does not
 */
export function referenceText({ reference, fixture }: Agreement): string {
  const versions = versionsOf(fixture);
  return reference.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const version = versions[name];
    if (version === undefined) throw new Error(`${fixture}: no version of ${name}`);
    return name.startsWith('peer of ') ? version : `${name} ${version}`;
  });
}

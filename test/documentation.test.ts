import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agreementKey } from './support/agreement.js';
import { AGREEMENTS } from './support/agreements.js';
import { claimedAgreements, claimingSources } from './support/claimed-agreements.js';
import { GENERATED, withGenerated } from './support/generated-text.js';
import { namedFiles } from './support/named-files.js';
import { projectFile, projectRoot } from './support/project.js';
import { STATED } from './support/stated-precision.js';

describe('generated parts of the documents', () => {
  test.each(
    GENERATED.map((part) => [part.path, part.name, part] as const),
  )('%s, "%s", is what `npm run generate` writes', async (path, _, part) => {
    const document = projectFile(path);
    expect(document).toBe(await withGenerated(document, part));
  });

  test('withGenerated of a document without the marks throws', async () => {
    await expect(withGenerated('# nothing', { name: 'flags', text: () => '' })).rejects.toThrow(
      'no marks for "flags"',
    );
  });
});

describe('files that the documents and the docstrings name', () => {
  test('exist', () => {
    const named = namedFiles();
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ exists }) => !exists)).toEqual([]);
  });
});

test('package.json has no script before or after another, which the ignore-scripts of .npmrc would leave out', () => {
  const { scripts } = JSON.parse(projectFile('package.json')) as { scripts: Record<string, string> };
  const beside = [...Object.keys(scripts), 'install', 'pack', 'publish', 'version', 'pare'];
  expect(projectFile('.npmrc')).toContain('ignore-scripts=true');
  const skipped = beside.flatMap((name) => [`pre${name}`, `post${name}`]).filter((name) => name in scripts);
  expect(skipped).toEqual([]);
});

/** A test and the support files that it imports, which read fixtures for several tests. */
function withSupport(path: string): string {
  const text = projectFile(path);
  const support = [...text.matchAll(/\/(support\/[\w-]+)\.js'/g)].map(([, name]) => `test/${name}.ts`);
  return [text, ...support.map(projectFile)].join('\n');
}

describe('docs/precision.md', () => {
  test.each(
    AGREEMENTS.map((row) => [agreementKey(row), row] as const),
  )('"%s" names a test and a fixture that are there', (_, row) => {
    expect(projectFile(row.test).includes(row.title)).toBe(true);
    if (row.fixture !== null) {
      expect(withSupport(row.test).includes(row.fixture)).toBe(true);
      expect(existsSync(`${projectRoot}test/reference/${row.fixture}.json`)).toBe(true);
    }
  });

  test('states every row once, each within its tolerance, and no other', () => {
    const keys = AGREEMENTS.map(agreementKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(Object.keys(STATED).sort()).toEqual([...keys].sort());
    for (const [key, { error, tolerance }] of Object.entries(STATED))
      expect(error, key).toBeLessThanOrEqual(tolerance);
  });

  test('covers every docstring that claims a figure', () => {
    const measured = new Set(AGREEMENTS.map(({ source }) => source));
    const claiming = claimingSources();
    expect(claiming.length).toBeGreaterThan(20);
    expect(claiming.filter((source) => !measured.has(source))).toEqual([]);
  });

  const claims = AGREEMENTS.filter(({ source }) => source !== undefined);
  test.each(
    claims.map((row) => [row.source!, row] as const),
  )('%s does not claim to agree more closely than was measured', (source, row) => {
    const claimed = claimedAgreements(projectFile(source));
    expect(claimed).not.toBe('');
    const figures = [...claimed.matchAll(/\d(?:\.\d+)?e-\d+/g)].map(([figure]) => Number(figure));
    for (const figure of figures) expect(figure).toBeGreaterThanOrEqual(STATED[agreementKey(row)]!.error);
  });

  test('claimedAgreements takes what a docstring says after its mark', () => {
    expect(
      claimedAgreements('/**\n * Sum.\n *\n * @agreesWith numpy, to 1e-12\n *   or so\n * @example\n */'),
    ).toBe('numpy, to 1e-12 or so');
    expect(claimedAgreements('/** Sum. Agrees with: scipy to 1e-9. */')).toBe('scipy to 1e-9.');
    expect(claimedAgreements('/** Sum. */')).toBe('');
  });
});

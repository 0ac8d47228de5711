import { describe, expect, test } from 'vitest';
import { GENERATED, withGenerated } from './support/generated-text.js';
import { namedFiles } from './support/named-files.js';
import { projectFile } from './support/project.js';

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

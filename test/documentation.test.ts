import { describe, expect, test } from 'vitest';
import { GENERATED, withGenerated } from './support/generated-text.js';
import { projectFile } from './support/project.js';

describe('generated parts of the documents', () => {
  test.each(
    GENERATED.map((part) => [part.path, part.name, part] as const),
  )('%s, "%s", is what `npm run generate` writes', (path, _, part) => {
    const document = projectFile(path);
    expect(document).toBe(withGenerated(document, part));
  });

  test('withGenerated of a document without the marks throws', () => {
    expect(() => withGenerated('# nothing', { name: 'flags', text: () => '' })).toThrow(
      'no marks for "flags"',
    );
  });
});

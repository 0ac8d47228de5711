import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { projectFile, projectRoot } from './support/project.js';
import { unexportedTypes } from './support/public-types.js';
import { temporaryFolder } from './support/temporary-folder.js';

const guide = projectFile('docs/library.md');
const examples = [...guide.matchAll(/^## (.*)\n(?:(?!^## )[\s\S])*?```ts\n([\s\S]*?)```/gm)];
const blocks = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

/** What the comments of an example say that it prints: those behind `console.log(…);`, and whole lines. */
function saidLines(code: string): readonly string[] {
  return code.split('\n').flatMap((line) => /(?:console\.log\(.*\); |^)\/\/ (.*)$/.exec(line)?.[1] ?? []);
}

describe('docs/library.md', () => {
  test('has an example in each of its parts', () => {
    expect(examples.map(([, title]) => title)).toEqual(
      [...guide.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
    );
  });

  test.each(
    blocks.map((code, at) => [at, code] as const),
  )('example %i prints what its comments say', async (at, code) => {
    expect(saidLines(code)).not.toEqual([]);
    const path = `${projectRoot}dist/library-example-${at}.mjs`;
    writeFileSync(path, code);
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [path], {
        cwd: projectRoot,
        env: { ...process.env, XDG_CACHE_HOME: temporaryFolder() },
      });
      expect(stdout.trimEnd().split('\n')).toEqual(saidLines(code));
    } finally {
      rmSync(path);
    }
  });

  test('is packed', () => {
    const { files } = JSON.parse(projectFile('package.json')) as { readonly files: readonly string[] };
    expect(files).toContain('docs/library.md');
  });

  test('every type in the signatures of its functions is exported', () => {
    const named = blocks.flatMap((code) =>
      [.../import \{([^}]*)\} from 'steadfid'/.exec(code)![1]!.split(',')].map((name) => name.trim()),
    );
    const functions = new Set([
      ...named,
      ...[...guide.matchAll(/`(write\w+|\w+Json|prdc|compare|scoreMaps|openEncoder)[`(]/g)].map(
        ([, name]) => name!,
      ),
    ]);
    expect(functions.size).toBeGreaterThan(15);
    expect(unexportedTypes([...functions])).toEqual([]);
  });
});

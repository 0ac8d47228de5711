import { dirname, join } from 'node:path/posix';
import { describe, expect, test } from 'vitest';
import { projectFile, sourceFiles } from './support/project.js';

/** The order in which data flows. A file imports from its own layer or an earlier one. The longest match counts. */
const LAYERS = [
  'errors.ts',
  'encoders/onnx/',
  'metrics/numerics/',
  'encoders/',
  'metrics/',
  'diffusion/',
  'uncertainty/',
  'sample-size-study/',
  'reports/',
  'index.ts',
  'cli/',
];

/** Where the program touches disk, network, clock or process. A trailing slash names a whole folder. */
const EDGES = [
  'cli/',
  'encoders/onnx/decline-telemetry.ts',
  'encoders/onnx/onnx-session.ts',
  'encoders/images/open-image-set.ts',
  'encoders/files/',
  'encoders/models/',
  'encoders/checkpoints/open-checkpoint.ts',
  'encoders/workers/',
  'encoders/embedding-cache.ts',
  'encoders/open-encoder.ts',
  'metrics/numerics/workers/',
  'diffusion/open-denoiser.ts',
  'uncertainty/files/',
  'sample-size-study/files/',
  'reports/files/',
];

const EFFECTS = [
  /\bconsole\./,
  /\bprocess\./,
  /\bMath\.random\b/,
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bperformance\.now\b/,
  /from 'node:(fs|fs\/promises|http|https|net|child_process|worker_threads|os|process)'/,
];

const FOLDERS = ['metrics', 'encoders', 'diffusion', 'uncertainty', 'sample-size-study', 'reports', 'cli'];
const files = ['errors.ts', 'index.ts', ...sourceFiles(FOLDERS).filter((path) => !path.endsWith('.as.ts'))];

function layerOf(path: string): number {
  const matches = LAYERS.filter((layer) => path === layer || (layer.endsWith('/') && path.startsWith(layer)));
  const longest = matches.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? -1 : LAYERS.indexOf(longest);
}

/** Paths from the root of everything that a source imports from the project. */
function projectImports(path: string, source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    join(dirname(path), target!).replace(/\.js$/, '.ts'),
  );
}

/** Sources without their comments, so that prose about an effect is not one. */
function code(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

describe('layers', () => {
  test('every source file belongs to a layer', () => {
    expect(files.filter((path) => layerOf(path) < 0)).toEqual([]);
  });

  test('no import runs backwards', () => {
    const backwards = files.flatMap((path) =>
      projectImports(path, projectFile(path))
        .filter((target) => layerOf(target) > layerOf(path))
        .map((target) => `${path} imports ${target}`),
    );
    expect(backwards).toEqual([]);
  });

  test('disk, network, clock, chance and console are touched at the named edges alone', () => {
    const inside = files.filter(
      (path) => !EDGES.some((edge) => path === edge || (edge.endsWith('/') && path.startsWith(edge))),
    );
    const effects = inside.flatMap((path) =>
      EFFECTS.filter((effect) => effect.test(code(projectFile(path)))).map(
        (effect) => `${path}: ${effect.source}`,
      ),
    );
    expect(effects).toEqual([]);
  });

  test('projectImports sees static, type and dynamic imports, and leaves packages alone', () => {
    const source = `import { a } from './a.js';\nimport type { B } from '../b.js';\nawait import('./c.js');\nimport d from 'd';`;
    expect(projectImports('metrics/fid.ts', source)).toEqual(['metrics/a.ts', 'b.ts', 'metrics/c.ts']);
  });
});

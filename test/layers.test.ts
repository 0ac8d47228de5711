import { dirname, join } from 'node:path/posix';
import { describe, expect, test } from 'vitest';
import { code, projectFile, ROOMS, sourceFiles } from './support/project.js';

/** The order in which data flows. A file imports from its own layer or an earlier one. */
const LAYERS = [
  'defined.ts',
  'errors.ts',
  ...ROOMS.filter((room) => room !== 'cli').map((room) => `${room}/`),
  'index.ts',
  'cli/',
];

/** Where the program touches disk, network, clock or process. A trailing slash names a whole folder. */
const EDGES = [
  'cli/',
  'onnx/decline-telemetry.ts',
  'onnx/device-probe.ts',
  'onnx/external-weights.ts',
  'onnx/onnx-session.ts',
  'onnx/open-session-apart.ts',
  'onnx/probe-device.ts',
  'onnx/session-host.ts',
  'encoders/images/open-image-set.ts',
  'encoders/files/',
  'encoders/cluster/files/',
  'encoders/models/',
  'encoders/checkpoints/open-checkpoint.ts',
  'encoders/workers/',
  'encoders/embedding-cache.ts',
  'encoders/open-encoder.ts',
  'numerics/kernels/',
  'diffusion/models/',
  'diffusion/files/',
  'diffusion/open-denoiser.ts',
  'diffusion/open-dropout-network.ts',
  'uncertainty/files/',
  'filtering/files/',
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

const files = [
  'defined.ts',
  'errors.ts',
  'index.ts',
  ...sourceFiles(ROOMS).filter((path) => !path.endsWith('.as.ts')),
];

function layerOf(path: string): number {
  return LAYERS.findIndex((layer) => path === layer || (layer.endsWith('/') && path.startsWith(layer)));
}

/** Paths from the root of everything that a source imports from the project. */
function projectImports(path: string, source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    join(dirname(path), target!).replace(/\.js$/, '.ts'),
  );
}

/** The circles that a walk along the imports meets. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  function walk(path: string, way: readonly string[]): void {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' '));
    else if (!done.has(path)) for (const target of imports.get(path) ?? []) walk(target, [...way, path]);
    done.add(path);
  }
  for (const path of imports.keys()) walk(path, []);
  return found;
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

  test('no files import each other in a circle, what is imported when it runs aside', () => {
    const atStart = (source: string) => source.replace(/\bimport\(\s*'[^']+'\s*\)/g, '');
    const imports = new Map(files.map((path) => [path, projectImports(path, atStart(projectFile(path)))]));
    expect(circles(imports)).toEqual([]);
    expect(
      circles(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a', 'd']],
          ['d', []],
        ]),
      ),
    ).toEqual(['a b c a']);
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

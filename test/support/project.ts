import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. Tests run from dist/test/, two below it. */
export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** The folders of the product, in the order of its layers. */
export const ROOMS = [
  'onnx',
  'numerics',
  'encoders',
  'metrics',
  'diffusion',
  'uncertainty',
  'scoring',
  'filtering',
  'sample-size-study',
  'reports',
  'cli',
];

/** Text of a file of the project, by its path from the root. */
export function projectFile(path: string): string {
  return readFileSync(projectRoot + path, 'utf8');
}

/** Paths from the root of all TypeScript sources under those of the folders that exist, in code-point order. */
export function sourceFiles(folders: readonly string[]): string[] {
  return folders
    .filter((folder) => existsSync(projectRoot + folder))
    .flatMap((folder) =>
      readdirSync(projectRoot + folder, { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

/** Sources without their comments, so that prose about an effect is not one. */
export function code(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

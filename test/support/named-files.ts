import { existsSync, readdirSync } from 'node:fs';
import { projectFile, projectRoot, sourceFiles } from './project.js';

/** Folders of the project, and the endings of what is committed there. */
const PATH =
  /(?<![\w/.-])(?:bench|cli|docs|encoders|examples|metrics|reports|sample-size-study|test|uncertainty)(?:\/[\w.-]+)+\.(?:csv|json|md|npz|py|svg|ts)\b/g;

const COMMENT = /\/\*\*[\s\S]*?\*\//g;
/** Made from onnx.proto, whose comments name files of its own project. */
const FOREIGN = 'encoders/onnx/onnx-schema.ts';

export const FOLDERS = [
  'encoders',
  'metrics',
  'diffusion',
  'uncertainty',
  'sample-size-study',
  'reports',
  'cli',
];

/** Every file of the project that a docstring or a document names, and whether it is there. */
export function namedFiles(): { readonly file: string; readonly by: string; readonly exists: boolean }[] {
  const documents = readdirSync(`${projectRoot}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return [
    ...documents,
    'README.md',
    'CONTRIBUTING.md',
    ...sourceFiles(FOLDERS).filter((path) => path !== FOREIGN),
  ].flatMap((by) => {
    const text = by.endsWith('.ts')
      ? (projectFile(by).match(COMMENT) ?? []).join('\n')
      : projectFile(by).replaceAll(/```[\s\S]*?```/g, '');
    return [...new Set(text.match(PATH))].map((file) => ({
      file,
      by,
      exists: existsSync(projectRoot + file),
    }));
  });
}

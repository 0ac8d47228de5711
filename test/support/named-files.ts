import { existsSync, readdirSync } from 'node:fs';
import { projectFile, projectRoot, ROOMS, sourceFiles } from './project.js';

/** Folders of the project, and the endings of what is committed there. */
const PATH =
  /(?<![\w/.-])(?:bench|cli|diffusion|docs|encoders|examples|filtering|metrics|numerics|onnx|reports|sample-size-study|scoring|test|uncertainty)(?:\/[\w.-]+)+\.(?:csv|json|md|npz|py|svg|ts)\b/g;

const COMMENT = /\/\*\*[\s\S]*?\*\//g;
/** Made from onnx.proto, whose comments name files of its own project. */
const FOREIGN = 'onnx/onnx-schema.ts';

/** Every file of the project that a docstring or a document names, and whether it is there. */
export function namedFiles(): { readonly file: string; readonly by: string; readonly exists: boolean }[] {
  const documents = readdirSync(`${projectRoot}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return [
    ...documents,
    'README.md',
    'CONTRIBUTING.md',
    ...sourceFiles(ROOMS).filter((path) => path !== FOREIGN),
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

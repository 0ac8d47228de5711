import { writeFileSync } from 'node:fs';
import { GENERATED, withGenerated } from './generated-text.js';
import { JSON_FORMATS, jsonSchemaText, schemaPath } from './json-formats.js';
import { projectFile, projectRoot } from './project.js';
import { withOutputs } from './readme-commands.js';

// npm run generate: brings every generated part of the documents, and every schema, up to date.
for (const part of GENERATED) {
  writeFileSync(projectRoot + part.path, await withGenerated(projectFile(part.path), part));
}
writeFileSync(`${projectRoot}README.md`, await withOutputs(projectFile('README.md')));
for (const format of JSON_FORMATS)
  writeFileSync(projectRoot + schemaPath(format.name), jsonSchemaText(format));

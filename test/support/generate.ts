import { writeFileSync } from 'node:fs';
import { GENERATED, withGenerated } from './generated-text.js';
import { projectFile, projectRoot } from './project.js';

// npm run generate: brings every generated part of the documents up to date.
for (const part of GENERATED) {
  writeFileSync(projectRoot + part.path, withGenerated(projectFile(part.path), part));
}

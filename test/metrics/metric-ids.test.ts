import { describe, expect, test } from 'vitest';
import { METRICS } from '../../metrics/metric-catalog.js';
import { code, projectFile, ROOMS, sourceFiles } from '../support/project.js';

const IDS = [...new Set(METRICS.flatMap(({ id, results }) => [id, ...results.map((result) => result.id)]))];

/** String literals that are an id of the catalog, or ids with commas between them. */
function metricIdsIn(source: string): string[] {
  const id = `(?:${IDS.join('|')})`;
  const literal = new RegExp(`(['"\`])(${id}(?:,\\s*${id})*)\\1`, 'g');
  return [...code(source).matchAll(literal)].map(([, , ids]) => ids!);
}

describe('a metric is its record', () => {
  test('no id of a metric or of a number stands outside metrics/records/', () => {
    const files = ['index.ts', ...sourceFiles(ROOMS)].filter((path) => !path.startsWith('metrics/records/'));
    const found = files.flatMap((path) => metricIdsIn(projectFile(path)).map((ids) => `${path}: ${ids}`));
    expect(found).toEqual([]);
  });

  test('metricIdsIn sees ids alone and in lists, and leaves comments and longer words', () => {
    const source = `// 'fid'\nif (id === 'kid') use("fid,cmmd-v", \`is, kid\`);\nopen('inception-v3-fid', 'is here');`;
    expect(metricIdsIn(source)).toEqual(['kid', 'fid,cmmd-v', 'is, kid']);
  });
});

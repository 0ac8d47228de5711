import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { embeddedSet } from '../../encoders/embeddings-in-memory.js';
import {
  KNOWN_STATISTICS,
  type KnownStatistics,
  recognizedStatistics,
} from '../../encoders/files/known-statistics.js';
import type { Rows } from '../../numerics/rows.js';
import { scorePage } from '../../reports/score/score-page.js';
import { parsedScoreReport } from '../../reports/score/score-schema.js';
import { scoreTable } from '../../reports/score/score-table.js';
import { settingDifferences, settingOfResult } from '../../scoring/explained-difference.js';
import { score } from '../../scoring/score.js';
import { bytesOf, npyFile } from '../support/command-files.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BYTES = Buffer.from('statistics of a data set');

function published(change: Partial<KnownStatistics> = {}): KnownStatistics {
  return {
    name: 'published.npz',
    sha256: createHash('sha256').update(BYTES).digest('hex'),
    bytes: BYTES.length,
    url: 'https://example.org/published.npz',
    holds: 'a data set, 10 images',
    sources: ['one', 'another'],
    ...change,
  };
}

function file(name: string, content: Buffer = BYTES): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** As many bytes, the first of them another. */
const OTHER = Buffer.from(BYTES).fill('x', 0, 1);

describe('recognizedStatistics', () => {
  test('a file of known content is named whatever it is called', async () => {
    const table = [published({ name: 'other.npz', sha256: '0'.repeat(64) }), published()];
    expect(await recognizedStatistics(file('renamed.npz'), table)).toEqual({ known: table[1], warnings: [] });
  });

  test('where no source states the size a file is looked for under its name alone', async () => {
    const table = [published({ bytes: null })];
    expect((await recognizedStatistics(file('published.npz'), table)).known).toBe(table[0]);
    expect(await recognizedStatistics(file('renamed.npz'), table)).toEqual({ known: null, warnings: [] });
  });

  test('a known name with another size is warned of without reading, and with other content by hash', async () => {
    const short = file('published.npz', BYTES.subarray(1));
    expect(await recognizedStatistics(short, [published()])).toEqual({
      known: null,
      warnings: [
        {
          code: 'NOT_THE_PUBLISHED_FILE',
          message: `${short} is not the published file of that name (a data set, 10 images): 23 bytes, published 24 bytes`,
        },
      ],
    });
    const changed = file('published.npz', OTHER);
    const hash = createHash('sha256').update(OTHER).digest('hex').slice(0, 12);
    const [warning] = (await recognizedStatistics(changed, [published()])).warnings;
    expect(warning!.message).toBe(
      `${changed} is not the published file of that name (a data set, 10 images): SHA-256 ${hash}…, published ${published().sha256.slice(0, 12)}…`,
    );
  });

  test('a hash that one source alone states gives no warning', async () => {
    const path = file('published.npz', OTHER);
    expect(await recognizedStatistics(path, [published({ sources: ['one'] })])).toEqual({
      known: null,
      warnings: [],
    });
  });

  test('a file that changes is read again', async () => {
    const path = file('published.npz');
    expect((await recognizedStatistics(path, [published()])).known).not.toBeNull();
    writeFileSync(path, OTHER);
    expect((await recognizedStatistics(path, [published()])).known).toBeNull();
  });

  test('folders, patterns and paths that are not there are no known files', async () => {
    const folder = join(temporaryFolder(), 'published.npz');
    mkdirSync(folder);
    for (const path of [folder, `${folder}/*.png`, `${folder}.not-there`])
      expect(await recognizedStatistics(path, [published()])).toEqual({ known: null, warnings: [] });
  });
});

test('every known file has a hash, an address and a source of its own, and no name comes twice', () => {
  for (const { sha256, url, sources, holds, bytes } of KNOWN_STATISTICS) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(url).toMatch(/^https:\/\//);
    expect([sources.length > 0, holds.length > 0, bytes === null || bytes > 1000]).toEqual([
      true,
      true,
      true,
    ]);
  }
  expect(new Set(KNOWN_STATISTICS.map(({ name }) => name)).size).toBe(KNOWN_STATISTICS.length);
  expect(new Set(KNOWN_STATISTICS.map(({ sha256 }) => sha256)).size).toBe(KNOWN_STATISTICS.length);
});

function rowsFile({ n, d, data }: Rows): Uint8Array {
  return npyFile('<f4', [n, d], bytesOf(Float32Array.from(data)));
}

test('a score whose reference is a known file names it in JSON, text, page and explanation', async () => {
  const reference = join(temporaryFolder(), 'renamed.npy');
  writeFileSync(reference, rowsFile(gaussianCloud({ n: 40, d: 3, seed: 1 })));
  const generated = embeddedSet(gaussianCloud({ n: 40, d: 3, seed: 2 }));
  const bytes = readFileSync(reference);
  const known = published({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
  });
  const report = await score({ reference, generated, metrics: ['kid-all-pairs'], knownFiles: [known] });
  const { name, sha256, url, holds } = known;
  expect(report.reference.known).toEqual({ name, sha256, url, holds });
  expect(parsedScoreReport(JSON.parse(JSON.stringify(report))).reference.known).toEqual(
    report.reference.known,
  );
  const line = 'published.npz, by its hash: a data set, 10 images';
  expect(scoreTable(report, { columns: 200, colors: 'off' })).toContain(`reference: ${line}`);
  expect(scorePage(report)).toContain(`<dt>reference</dt><dd>${line}</dd>`);

  const unknown = await score({ reference, generated, metrics: ['kid-all-pairs'] });
  expect(unknown.reference).not.toHaveProperty('known');
  const settings = [report, unknown].map((one) => settingOfResult('score.json', one, one.results[0]!));
  const moved = { ...settings[1]!, reference: { ...settings[1]!.reference, content: null } };
  expect(settingDifferences(settings[0]!, moved).find(({ facet }) => facet === 'reference')!.first).toMatch(
    /renamed\.npy, the published published\.npz \(SHA-256 [0-9a-f]{8}\)$/,
  );
});

test('a reference of a known name with other content is scored with a warning', async () => {
  const reference = join(temporaryFolder(), 'published.npy');
  writeFileSync(reference, rowsFile(gaussianCloud({ n: 40, d: 3, seed: 1 })));
  const generated = embeddedSet(gaussianCloud({ n: 40, d: 3, seed: 2 }));
  const report = await score({
    reference,
    generated,
    metrics: ['kid-all-pairs'],
    knownFiles: [published({ name: 'published.npy' })],
  });
  expect(report.warnings.map(({ code }) => code)).toContain('NOT_THE_PUBLISHED_FILE');
  expect(report.results[0]!.value).not.toBeNull();
});

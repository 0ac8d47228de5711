import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { embeddedSet } from '../../encoders/embeddings-in-memory.js';
import { KNOWN_STATISTICS } from '../../encoders/files/known-statistics.js';
import { statisticsCard } from '../../reports/text/statistics-card.js';
import { bytesOf, npyFile, npzFile } from '../support/command-files.js';
import { commandHere } from '../support/command-here.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { projectRoot } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const EMOJI = `${projectRoot}examples/emoji/noto.zip`;

/** Cells of a card by name. */
function cells(card: string): Readonly<Record<string, string>> {
  const rows = [...card.matchAll(/^\| (.+?) \| (.*) \|$/gm)].map(([, name, text]) => [name!, text!] as const);
  return Object.fromEntries(rows.slice(1));
}

test('stats --publish prints the card of what it writes, and the same of the file', async () => {
  const path = join(temporaryFolder(), 'emoji.npz');
  const words = ['--publish', '--dataset', 'Noto | emoji', '--split', 'all'];
  const made = await commandHere([
    'stats',
    EMOJI,
    '--limit',
    '120',
    '--no-cache',
    '-e',
    'demo-inception',
    '-o',
    path,
    ...words,
  ]);
  expect(made.outcome).toBe('done');
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const card = cells(made.printed);
  expect(card).toMatchObject({
    dataset: 'Noto \\| emoji',
    split: 'all',
    'images (n)': '120',
    resizer: 'pillow-bicubic 40',
    crop: 'none',
    'pixel range': '-1..1',
    decoding: 'orientation ignored',
    network: 'demo-inception, demo',
    dimensions: '64',
    'file, SHA-256': `${sha256} (emoji.npz)`,
  });
  expect(card['network, SHA-256']).toMatch(/^[0-9a-f]{64}$/);
  expect(card['images, digest']).toMatch(/^[0-9a-f]{64}$/);
  const again = await commandHere(['stats', path, ...words]);
  expect([again.outcome, cells(again.printed)]).toEqual(['done', card]);
});

test('what a file does not say is not known, and what nobody says is not stated', async () => {
  const path = join(temporaryFolder(), 'bare.npz');
  const rows = gaussianCloud({ n: 30, d: 3, seed: 1 });
  const card = cells(
    statisticsCard({
      set: embeddedSet(rows),
      d: 3,
      n: 30,
      dataset: undefined,
      split: undefined,
      file: null,
      known: null,
      version: '0',
    }),
  );
  expect([card['dataset'], card['split'], card['resizer'], card['file, SHA-256']]).toEqual([
    'not stated',
    'not stated',
    'not known',
    'not known',
  ]);
  writeFileSync(path, '');
  expect((await commandHere(['stats', path, '--dataset', 'x'])).outcome).toBe(
    '--dataset: is of the card that --publish prints. Add --publish, or leave --dataset out.',
  );
});

test('a crop is named apart from the range of pixels', () => {
  const set = embeddedSet(gaussianCloud({ n: 3, d: 2, seed: 1 }), {
    encoder: {
      id: 'net',
      sha256: null,
      preprocessing: 'pillow-bicubic 224, center, mean 0 0 0, std 1 1 1',
      origin: 'custom',
    },
  });
  const card = cells(
    statisticsCard({ set, d: 2, n: 3, dataset: 'a', split: 'b', file: null, known: null, version: '0' }),
  );
  expect([card['resizer'], card['crop'], card['pixel range']]).toEqual([
    'pillow-bicubic 224',
    'center',
    'mean 0 0 0, std 1 1 1',
  ]);
});

test('a card names the published file that the statistics are, and stats warns of another of that name', async () => {
  const rows = gaussianCloud({ n: 30, d: 3, seed: 1 });
  const known = KNOWN_STATISTICS[0]!;
  const facts = { d: 3, n: 30, dataset: 'a', split: 'b', file: null, version: '0' };
  const card = cells(statisticsCard({ set: embeddedSet(rows), ...facts, known }));
  expect(card['published as']).toBe(`${known.name}: ${known.holds} (${known.url})`);

  const path = join(temporaryFolder(), known.name);
  writeFileSync(
    path,
    npzFile({ 'embeddings.npy': npyFile('<f4', [30, 3], bytesOf(Float32Array.from(rows.data))) }),
  );
  const said = await commandHere(['stats', path, '--publish']);
  expect(said.outcome).toBe('done');
  expect(cells(said.printed)).not.toHaveProperty('published as');
  expect(said.remarks.join('\n')).toContain(`${path} is not the published file of that name`);
});

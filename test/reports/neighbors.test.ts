import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { rows } from '../../numerics/rows.js';
import { makeNeighbors } from '../../reports/files/make-neighbors.js';
import { parsedNeighbors } from '../../reports/score/neighbors.js';
import { scorePage } from '../../reports/score/score-page.js';
import { embeddedSet } from '../support/embedded-set.js';
import { exampleNeighbors } from '../support/neighbors.js';
import { exampleReport } from '../support/score-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Images of one gray each, with embeddings at given places of a line. */
async function side(positions: readonly number[], gray: number) {
  const source = temporaryFolder();
  const ids = positions.map((_, i) => `${i}.png`);
  for (const id of ids)
    await sharp({ create: { width: 4, height: 4, channels: 3, background: { r: gray, g: gray, b: gray } } })
      .png()
      .toFile(join(source, id));
  const embeddings = rows(Float64Array.from(positions), { n: positions.length, d: 1, name: 'places' });
  return embeddedSet(embeddings, { source, ids });
}

describe('makeNeighbors', () => {
  test('makeNeighbors pairs each generated image with its nearest reference, nearest and farthest first', async () => {
    const generated = await side([0, 1.1, 2.3, 3.4, 4.5, 5.6, 6.7, 7.8, 100], 10);
    const reference = await side([0, 1, 2, 3, 4, 5, 6, 7, 8, -50], 200);
    const found = await makeNeighbors({ generated, reference }, { seed: 1 });
    const named = (kind: 'nearest' | 'farthest' | 'missed') =>
      found![kind].map((pair) => [pair.generated.id, pair.reference.id, Number(pair.distance.toFixed(6))]);
    expect(named('nearest').slice(0, 3)).toEqual([
      ['0.png', '0.png', 0],
      ['1.png', '1.png', 0.1],
      ['7.png', '8.png', 0.2],
    ]);
    expect(named('farthest')).toEqual([['8.png', '8.png', 92]]);
    expect(named('missed')[0]).toEqual(['0.png', '9.png', 50]);
    const bytes = (address: string) => Buffer.from(address.split(',')[1]!, 'base64');
    const { channels } = await sharp(bytes(found!.nearest[0]!.reference.picture)).stats();
    expect(Math.abs(channels[0]!.mean - 200)).toBeLessThan(2); // WebP
  });

  test('makeNeighbors says of how many images it looked at how many', async () => {
    const generated = await side([0, 1, 2, 3, 4], 10);
    const reference = await side([0, 1, 2], 200);
    const found = await makeNeighbors({ generated, reference }, { seed: 1, most: 3 });
    expect(found!.generated).toEqual({ compared: 3, of: 5 });
    expect(found!.reference).toEqual({ compared: 3, of: 3 });
    expect(found!.nearest.map((pair) => pair.generated.id)).toEqual(['0.png', '2.png', '4.png']);
  });

  test('makeNeighbors draws random images of both sides by the seed, each once', async () => {
    const generated = await side([...Array(80).keys()], 10);
    const reference = await side([0, 1, 2], 200);
    const drawn = async (seed: number) => (await makeNeighbors({ generated, reference }, { seed }))!.samples!;
    const ids = ({ generated: images }: Awaited<ReturnType<typeof drawn>>) => images.map(({ id }) => id);
    const [first, again, other] = [await drawn(1), await drawn(1), await drawn(2)];
    expect(new Set(ids(first)).size).toBe(64);
    expect(first.reference).toHaveLength(3);
    expect(again).toEqual(first);
    expect(ids(other)).not.toEqual(ids(first));
  });

  test('makeNeighbors has nothing to show where a side has no ids', async () => {
    const reference = await side([0, 1], 200);
    const generated = { ...reference, source: 'x.npz', ids: null };
    expect(await makeNeighbors({ generated, reference }, { seed: 1 })).toBe(null);
  });
});

describe('the sheet of neighbors', () => {
  test('the sheet of neighbors stands on the page of a score, with names as text', () => {
    const markup = scorePage(exampleReport, { neighbors: exampleNeighbors });
    expect(markup).toContain('alt="generated a/&lt;b&gt;.png"');
    expect(markup).toContain('5,000 of 20,000 reference images');
  });

  test('parsedNeighbors refuses a picture that is an address', () => {
    const [pair] = exampleNeighbors.nearest;
    const foreign = { ...pair!, generated: { id: 'a', picture: 'https://example.org/a.png' } };
    expect(() => parsedNeighbors({ ...exampleNeighbors, nearest: [foreign] })).toThrow('picture');
  });
});

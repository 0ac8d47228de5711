import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNpzWriter } from '../encoders/files/npz-writer.js';
import type { ImageEntry } from '../encoders/images/image-set.js';
import { openImageSet } from '../encoders/images/open-image-set.js';
import { sampleIndices, seededRandom, standardNormals } from '../numerics/seeded-random.js';
import { distortedImageSet } from '../sample-size-study/distortions/distorted-image-set.js';
import { blackRectangles } from '../sample-size-study/distortions/resolution.js';
import { swirl } from '../sample-size-study/distortions/swirl.js';
import { writeImageFolder } from '../sample-size-study/files/write-image-folder.js';
import { controlScores } from '../uncertainty/controls.js';
import { decodableImages } from '../uncertainty/files/decodable-images.js';

// node dist/examples/planted.js planted/ [images [n]]: emoji, or n random images of another set, of which a third is spoiled by a swirl or by black
// rectangles, and an uncertainty map of 16 × 16 pixels for each, as noisy as BayesDiff's and with values below 0, whose mean is raised where the
// image is spoiled. known.csv has scores that know which are spoiled, know half of it, know nothing, and measure detail.

const DETAIL = 'gradient-energy';
const SIDE = 16;
const LEVEL = { clean: 4.5e-4, spoiled: 6e-4 };
const NOISE = 9e-4;

const [
  folder = 'planted',
  images = fileURLToPath(new URL('../../examples/emoji/twemoji.zip', import.meta.url)),
  count,
] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const all = await openImageSet(images);
const set = count === undefined ? all : { ...all, entries: drawn(all.entries, Number(count)) };
const swirled = distortedImageSet(set, { distortion: swirl, level: 3, seed: 1 });
const covered = distortedImageSet(set, { distortion: blackRectangles, level: 2, seed: 1 });
const maps = await openNpzWriter(join(folder, 'maps.npz'), [], { existing: 'replaced' });
const entries: ImageEntry[] = [];
for (const [i, entry] of set.entries.entries()) {
  const kind = Math.floor(seededRandom(1, 'spoiled', entry.id)() * 6);
  entries.push([swirled, covered][kind]?.entries[i] ?? entry);
  const noise = standardNormals(SIDE * SIDE, seededRandom(1, 'map', entry.id));
  const level = kind < 2 ? LEVEL.spoiled : LEVEL.clean;
  const data = Float32Array.from(noise, (value) => level + NOISE * value);
  await maps.array(withoutEnding(entry.id), { shape: [SIDE, SIDE], data });
}
await maps.commit();
const spoiled = { ...set, entries };
const { scores: controls } = await controlScores(decodableImages(spoiled));
const detail = controls.find(({ name }) => name === DETAIL)!.byId;
const known = entries.map(({ id }, i) => {
  const isSpoiled = entries[i] !== set.entries[i];
  const [noise, chance] = standardNormals(2, seededRandom(1, 'score', id)) as unknown as [number, number];
  const truth = isSpoiled ? 1 : 0;
  return [`${withoutEnding(id)}.png`, truth + 0.1 * noise, truth + noise, chance, detail.get(id)!].join(',');
});
await writeFile(
  join(folder, 'known.csv'),
  `id,knowing,half-knowing,ignorant,detail\n${known.map((line) => `${line}\n`).join('')}`,
);
await writeImageFolder(join(folder, 'images'), spoiled, { existing: 'replaced' });
await set.close();
process.stdout.write(`wrote ${entries.length} images and maps to ${folder}\n`);

function drawn<T>(entries: readonly T[], size: number): readonly T[] {
  const indices = sampleIndices({ n: entries.length, size }, seededRandom(1, 'images')).sort();
  return Array.from(indices, (index) => entries[index]!);
}

function withoutEnding(id: string): string {
  return id.replace(/\.[^./]+$/, '');
}

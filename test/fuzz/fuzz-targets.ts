import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { blockBytes } from '../../encoders/files/cache-block.js';
import { npy } from '../hostile/hostile-arrays.js';
import { externalNetwork } from '../hostile/hostile-networks.js';
import type { ReaderName } from '../hostile/readers.js';
import { fixtureFile } from '../support/image-fixtures.js';
import { projectFile, projectRoot } from '../support/project.js';
import { entry, fuzzedArray, fuzzedNpz, fuzzedZip } from './fuzz-arrays.js';
import { fuzzedBmp, fuzzedGif, fuzzedNetwork, fuzzedPng, fuzzedSegment } from './fuzz-images.js';
import { fuzzedCheckpoint, fuzzedSafetensors } from './fuzz-pickles.js';
import {
  fuzzedArrays,
  fuzzedIdx,
  fuzzedImageArray,
  fuzzedList,
  fuzzedParquet,
  fuzzedTar,
} from './fuzz-sources.js';
import {
  fuzzedConfig,
  fuzzedDataset,
  fuzzedDenoiser,
  fuzzedDesign,
  fuzzedFacts,
  fuzzedGeneration,
  fuzzedIds,
  fuzzedLabels,
  fuzzedPart,
  fuzzedPlan,
  fuzzedPnm,
  fuzzedPosteriorRecord,
  fuzzedProvenance,
  fuzzedRows,
  fuzzedScore,
  fuzzedScores,
  fuzzedSidecar,
  fuzzedUnit,
} from './fuzz-texts.js';
import { mutated, one, type Random } from './mutations.js';

/** Files for one reader, each from chance alone. */
export type Fuzzed = (random: Random) => Uint8Array;

const images = readdirSync(`${projectRoot}test/reference/images`);

function imagesOf(ending: RegExp): readonly Uint8Array[] {
  return images.filter((name) => ending.test(name)).map(fixtureFile);
}

function fixtureFiles(path: string): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  JSON.stringify(JSON.parse(projectFile(path)), (key, value: unknown) => {
    const isFile = typeof value === 'string' && (key === 'file' || /^(UEsDB|k05VTVB)/.test(value));
    if (isFile) found.push(Buffer.from(value, 'base64'));
    return value;
  });
  return found;
}

function checkpoints(ending: RegExp): readonly Uint8Array[] {
  const folder = `${projectRoot}test/reference/checkpoints`;
  return readdirSync(folder)
    .filter((name) => ending.test(name))
    .map((name) => readFileSync(`${folder}/${name}`));
}

/** Of seeds by blind changes now and then, else by what knows the format. */
function either(seeds: readonly Uint8Array[], made: Fuzzed): Fuzzed {
  return (random) => (random(3) === 0 ? mutated(one(random, seeds), random) : made(random));
}

function ofSeeds(
  seeds: readonly Uint8Array[],
  made: (seed: Uint8Array, random: Random) => Uint8Array,
): Fuzzed {
  return (random) => made(one(random, seeds), random);
}

function matrix(n: number, d: number, type = '<f4'): Fuzzed {
  return (random) =>
    random(3) > 0
      ? npy(type, `${n}, ${d}`, { data: new Uint8Array(n * d * Number(type.at(-1))).fill(0x3c) })
      : fuzzedArray(random);
}

const ids: Fuzzed = (random) => {
  if (random(3) === 0) return fuzzedArray(random);
  const data = Buffer.from('a\0\0\0b\0\0\0c\0\0\0');
  if (random(4) === 0) data[random(data.length)] = random(256);
  return npy(one(random, ['<U1', '<U1', '>U1', '|S4', '<i4']), '3,', { data });
};

const embedded: Fuzzed = (random) =>
  fuzzedNpz(random, {
    'embeddings.npy': matrix(3, 4),
    'logits.npy': matrix(3, 2),
    ...(random(2) === 0 ? { 'ids.npy': ids } : { 'ids.json': fuzzedIds }),
    ...(random(3) === 0 ? { 'provenance.json': fuzzedProvenance } : {}),
  });

const statistics: Fuzzed = (random) =>
  fuzzedNpz(random, {
    'mu.npy': (r) => (r(3) > 0 ? npy('<f8', '3,', { data: new Uint8Array(24) }) : fuzzedArray(r)),
    'sigma.npy': matrix(3, 3, '<f8'),
    'n.npy': (r) =>
      r(2) > 0 ? npy('<i8', '', { data: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0) }) : fuzzedArray(r),
  });

const maps: Fuzzed = (random) =>
  fuzzedNpz(random, {
    'maps.npy': (r) => (r(2) > 0 ? npy('<f4', '3, 2, 2', { data: new Uint8Array(48) }) : fuzzedArray(r)),
    ...(random(2) === 0 ? { 'ids.npy': ids } : { 'ids.json': fuzzedIds }),
  });

/** A layer of four inputs and three outputs without a bias. */
const posterior: Fuzzed = (random) =>
  fuzzedNpz(random, {
    'provenance.json': fuzzedPosteriorRecord,
    'diagonal.npy': (r) => (r(4) > 0 ? npy('<f8', '4,', { data: new Uint8Array(32) }) : fuzzedArray(r)),
    'squared_gradients.npy': matrix(3, 4, '<f8'),
    'pairs.npy': (r) => (r(4) > 0 ? npy('<i8', '2,', { data: new Uint8Array(16) }) : fuzzedArray(r)),
    ...(random(3) === 0 ? { 'gram.npy': matrix(4, 4, '<f8') } : {}),
  });

const pictures: Fuzzed = (r) =>
  r(3) > 0 ? npy('<f4', '2, 3, 2, 2', { data: new Uint8Array(96) }) : fuzzedArray(r);
const fitSet: Fuzzed = (random) =>
  fuzzedNpz(random, {
    'x.npy': pictures,
    'noise.npy': pictures,
    't.npy': (r) => (r(3) > 0 ? npy('<i8', '2,', { data: new Uint8Array(16) }) : fuzzedArray(r)),
    ...(random(4) === 0 ? { 'y.npy': fuzzedArray } : {}),
  });

const batch: Fuzzed = (random) =>
  fuzzedNpz(random, {
    'arr_0.npy': (r) => (r(2) > 0 ? npy('|u1', '4, 2, 2, 3', { data: new Uint8Array(48) }) : fuzzedArray(r)),
  });

const segment = blockBytes(
  ['00', 'ff'].map((byte) => ({
    key: byte.repeat(32),
    embedding: Float32Array.of(1, 2),
    logits: null,
    note: '{}',
  })),
);

/** Archives, tables and pickles as other programs wrote them. */
function sourceFixtures() {
  const { tar, parquet, statistics } = JSON.parse(projectFile('test/reference/image-sources.json'));
  const all = (files: Readonly<Record<string, string>>) =>
    Object.values(files).map((text) => Buffer.from(text, 'base64'));
  return {
    tar: all(tar.archives).map((bytes) => gunzipSync(bytes)),
    parquet: all(parquet.files),
    pickles: all(statistics.files),
  };
}

/** What each reader is given. The corpus is that of `test/reference`, or made by code. */
export async function fuzzTargets(): Promise<Readonly<Partial<Record<ReaderName, Fuzzed>>>> {
  const network = await externalNetwork('a.weights');
  const archives = [
    ...fixtureFiles('test/reference/zip-archive.json'),
    ...fixtureFiles('test/reference/adm-batches.json'),
  ];
  const sources = sourceFixtures();
  const texts = (random: Random) =>
    entry('text.txt', mutated(Buffer.from('the quick brown fox '.repeat(20)), random), random);
  return {
    npy: either(fixtureFiles('test/reference/npy-arrays.json'), fuzzedArray),
    npz: either(archives, (random) => one(random, [embedded, statistics, maps, batch])(random)),
    zip: either(archives, (random) =>
      fuzzedZip(
        Array.from({ length: random(5) }, () => texts(random)),
        random,
      ),
    ),
    'embedded-set': (random) => one(random, [embedded, embedded, statistics, batch])(random),
    checkpoint: either(checkpoints(/^(?!clip).*\.(pth|pt|safetensors)$/), (random) =>
      random(3) === 0 ? fuzzedSafetensors(random) : fuzzedCheckpoint(random),
    ),
    weights: ofSeeds([network], fuzzedNetwork),
    'image-set': either(fixtureFiles('test/reference/adm-batches.json'), batch),
    tar: either(sources.tar, fuzzedTar),
    parquet: either(sources.parquet, fuzzedParquet),
    idx: fuzzedIdx,
    list: fuzzedList,
    'image-array': fuzzedImageArray,
    tensors: either(sources.pickles, fuzzedArrays),
    bmp: ofSeeds(imagesOf(/\.bmp$/), fuzzedBmp),
    gif: ofSeeds(imagesOf(/^(?!gif-many).*\.gif$/), fuzzedGif),
    pnm: either(imagesOf(/\.p[bgp]m$/), fuzzedPnm),
    png: ofSeeds(imagesOf(/\.png$/), fuzzedPng),
    image: ofSeeds(imagesOf(/\.(jpe?g|webp|tiff?|avif)$/), mutated),
    map: ofSeeds(imagesOf(/^png-gray.*\.png$/), fuzzedPng),
    maps,
    scores: fuzzedScores,
    store: fuzzedRows,
    facts: fuzzedFacts,
    segments: ofSeeds([segment], fuzzedSegment),
    sidecar: fuzzedSidecar,
    provenance: fuzzedProvenance,
    plan: fuzzedPlan,
    unit: fuzzedUnit,
    part: fuzzedPart,
    design: fuzzedDesign,
    report: fuzzedScore,
    labels: fuzzedLabels,
    'dataset-labels': fuzzedDataset,
    posterior,
    'fit-set': fitSet,
    'denoiser-sidecar': fuzzedDenoiser,
    config: fuzzedConfig,
    generation: fuzzedGeneration,
  };
}

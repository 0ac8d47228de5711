import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

/** Reads a file to its end, as the commands that take such files do; what it holds is thrown away. */
interface Reader {
  /** of the names of its files */
  readonly ending: string;
  read(path: string): Promise<unknown>;
}

async function readZip(path: string): Promise<void> {
  const { openZip } = await import('../../encoders/files/zip-archive.js');
  const zip = await openZip(path);
  try {
    for (const entry of zip.entries) {
      await zip.read(entry);
      for await (const _ of zip.chunks(entry));
    }
  } finally {
    await zip.close();
  }
}

async function readNpz(path: string): Promise<void> {
  const { openNpz } = await import('../../encoders/files/npz.js');
  const npz = await openNpz(path);
  try {
    for (const name of npz.arrays) await (name.startsWith('text') ? npz.texts(name) : npz.array(name));
    for (const name of npz.files) await npz.text(name);
  } finally {
    await npz.close();
  }
}

async function readCheckpoint(path: string): Promise<void> {
  const { openCheckpoint } = await import('../../encoders/checkpoints/open-checkpoint.js');
  const checkpoint = await openCheckpoint(path);
  try {
    for (const tensor of checkpoint.tensors.values()) await tensor.read();
  } finally {
    await checkpoint.close();
  }
}

/** All images of a folder or archive, listed; of a few the pixels. */
async function readImageSet(path: string): Promise<void> {
  const { openImageSet } = await import('../../encoders/images/open-image-set.js');
  const set = await openImageSet(path);
  try {
    for (const entry of set.entries.slice(0, 2)) await entry.load();
  } finally {
    await set.close();
  }
}

/** All images of a source one after the other, and their classes. */
async function readAllImages(path: string): Promise<void> {
  const { openImageSet } = await import('../../encoders/images/open-image-set.js');
  const set = await openImageSet(path);
  try {
    for (const entry of set.entries) await entry.load();
    await set.labels?.();
  } finally {
    await set.close();
  }
}

async function readFloatImages(path: string): Promise<void> {
  const { openImageSet } = await import('../../encoders/images/open-image-set.js');
  const set = await openImageSet(path, { imageRange: '0..1' });
  try {
    for (const entry of set.entries.slice(0, 8)) await entry.load();
  } finally {
    await set.close();
  }
}

/** All images of a folder at once by four threads, as before they go to a network. */
async function prepareImages(folder: string): Promise<void> {
  const { imagePreparation } = await import('../../encoders/image-preparation.js');
  const { openImageSet } = await import('../../encoders/images/open-image-set.js');
  const { openImageWorkers } = await import('../../encoders/workers/image-workers.js');
  const set = await openImageSet(folder);
  const workers = openImageWorkers(
    {
      preprocessing: { resize: 32, resample: 'pillow-bilinear', crop: 'none', range: '0..1' },
      maxPixels: undefined,
      orientation: 'ignored',
    },
    4,
  );
  try {
    const prepared = imagePreparation(set, { workers, cache: null });
    const entries = await Promise.all(set.entries.map((_, i) => prepared(i, undefined)));
    for (const entry of entries) if (entry.kind === 'failed') throw entry.error;
  } finally {
    await workers.close();
  }
}

async function readMaps(path: string): Promise<void> {
  const { openMapSource } = await import('../../uncertainty/files/open-map-source.js');
  const maps = await openMapSource(path, { order: 'auto' });
  try {
    for (const entry of maps.entries) await entry.load();
  } finally {
    await maps.close();
  }
}

async function openNetwork(path: string): Promise<void> {
  const { openEncoder } = await import('../../encoders/open-encoder.js');
  const encoder = await openEncoder(path);
  await encoder.close();
}

/** The identity whose cache the generators write. */
const CACHE_IDENTITY = {
  encoder: { id: 'a', sha256: '0'.repeat(64), preprocessing: 'p', origin: 'custom' },
  circumstances: [],
} as const;

/** The image of which the cache is asked for: in the folder beside the segment. */
async function readCache(folder: string): Promise<void> {
  const { openEmbeddingCache } = await import('../../encoders/embedding-cache.js');
  const { imagePreparation } = await import('../../encoders/image-preparation.js');
  const { openImageSet } = await import('../../encoders/images/open-image-set.js');
  const { openImageWorkers } = await import('../../encoders/workers/image-workers.js');
  const cache = await openEmbeddingCache(folder, CACHE_IDENTITY);
  const workers = openImageWorkers(
    {
      preprocessing: { resize: 32, resample: 'pillow-bilinear', crop: 'none', range: '0..1' },
      maxPixels: undefined,
      orientation: 'ignored',
    },
    1,
  );
  try {
    const set = await openImageSet(join(folder, 'images'));
    const prepared = imagePreparation(set, { workers, cache });
    for (let i = 0; i < set.entries.length; i++) await prepared(i, undefined);
  } finally {
    await workers.close();
    await cache.close();
  }
}

/** A server that answers every range by another one. */
async function fetchWrongRange(folder: string): Promise<void> {
  const { fetchFile } = await import('../../encoders/models/fetch-file.js');
  const server = createServer((request, response) => {
    response.writeHead(206, { 'content-range': 'bytes 7-8/300000', 'content-length': 2 });
    response.end(request.method === 'GET' ? 'xy' : '');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { port } = server.address() as AddressInfo;
    const expected = { sha256: '0'.repeat(64), sizeBytes: 300_000 };
    await fetchFile(`http://127.0.0.1:${port}/net.pth`, join(folder, 'net.pth'), expected, {
      retryWaitsMs: [1, 1, 1],
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function readStore(path: string): Promise<void> {
  const { openStudyStore } = await import('../../sample-size-study/files/open-study-store.js');
  const store = await openStudyStore(dirname(path), { start: 'where it ended' });
  await store.close();
}

async function readSegmentsBeside(path: string): Promise<void> {
  const { readSegments } = await import('../../encoders/files/cache-segments.js');
  await (await readSegments(dirname(path))).close();
}

async function readDesign(path: string): Promise<void> {
  const { parsedJson } = await import('../../encoders/files/json-text.js');
  const { parsedDesign } = await import('../../sample-size-study/parsed-design.js');
  await parsedDesign(parsedJson(await readFile(path, 'utf8'), { where: path }), path);
}

async function decoded(path: string): Promise<void> {
  const { readImageFile } = await import('../../encoders/files/image-file.js');
  const { decodeImage } = await import('../../encoders/images/decode-image.js');
  await decodeImage(await readImageFile(path), { name: path });
}

async function readReportFile(path: string): Promise<void> {
  const { readReport } = await import('../../reports/files/read-report.js');
  await readReport(dirname(path));
}

async function readLabelsOfFolder(path: string): Promise<void> {
  const { readFolderLabels } = await import('../../encoders/files/read-labels.js');
  await readFolderLabels(dirname(path));
}

async function readDenoiserSidecar(path: string): Promise<void> {
  const { parsedDenoiserSidecar } = await import('../../diffusion/denoiser-sidecar.js');
  const { noiseSchedule } = await import('../../diffusion/noise-schedule.js');
  noiseSchedule((await parsedDenoiserSidecar(await readFile(path, 'utf8'), path)).schedule);
}

/** The network that fit sets of the generators are of: images of 3 × 2 × 2, ten times. */
export const SMALL_DENOISER = {
  kind: 'denoiser',
  id: 'small',
  inputs: { x: 'x', t: 't' },
  outputs: { epsilon: 'epsilon', features: 'features' },
  imageSize: 2,
  channels: 3,
  classes: null,
  prediction: 'epsilon',
  schedule: { kind: 'linear', steps: 10, betaStart: 0.1, betaEnd: 0.2 },
  lastLayer: {
    kind: 'convolution',
    inputChannels: 4,
    outputChannels: 3,
    kernel: [1, 1],
    padding: [0, 0],
    weight: 'w',
    bias: null,
  },
} as const;

async function readFitSet(path: string): Promise<void> {
  const { openFitSet } = await import('../../uncertainty/laplace/denoiser-arrays.js');
  const set = await openFitSet(path, SMALL_DENOISER);
  try {
    for await (const _ of set.batches(2));
  } finally {
    await set.close();
  }
}

async function readConfig(path: string): Promise<void> {
  const { parsedJson } = await import('../../encoders/files/json-text.js');
  const { parsedAuthorsConfig } = await import('../../diffusion/networks/authors-config.js');
  const diffusers = await import('../../diffusion/networks/diffusers-config.js');
  const value = parsedJson(await readFile(path, 'utf8'), { where: path });
  await parsedAuthorsConfig(value, path);
  await diffusers.parsedDiffusersSchedule(value, path);
  await diffusers.parsedDiffusersConfig(value, path);
}

async function readKeptIds(path: string): Promise<void> {
  const { parsedDesign } = await import('../../sample-size-study/parsed-design.js');
  const { openStudyData } = await import('../../sample-size-study/files/open-study-data.js');
  const { metricById } = await import('../../metrics/metric-catalog.js');
  const source = join(dirname(path), 'set.npz');
  const design = { reference: source, arms: [{ name: 'a', source, ids: path }], metrics: ['fid'] };
  const data = await openStudyData(await parsedDesign(design, path), [metricById('fid')], {});
  await data.close();
}

async function readGeneration(path: string): Promise<void> {
  const { requireSameSettings } = await import('../../uncertainty/files/open-generation-folder.js');
  await requireSameSettings(path, { n: 3 });
}

/** Every reader of files that may come from strangers, by a name. */
export const READERS = {
  npy: {
    ending: 'a.npy',
    read: async (path) => (await import('../../encoders/files/read-npy.js')).readNpy(path),
  },
  npz: { ending: 'a.npz', read: readNpz },
  zip: { ending: 'a.zip', read: readZip },
  'embedded-set': {
    ending: 'a.npz',
    read: async (path) => (await import('../../encoders/read-embedded-set.js')).readEmbeddedSet(path),
  },
  checkpoint: { ending: 'a.pth', read: readCheckpoint },
  onnx: { ending: 'a.onnx', read: openNetwork },
  'image-set': { ending: 'a.npz', read: readImageSet },
  tar: { ending: 'a.tar', read: readAllImages },
  parquet: { ending: 'a.parquet', read: readAllImages },
  idx: { ending: 'a.gz', read: readAllImages },
  list: { ending: 'a.csv', read: readAllImages },
  'image-array': { ending: 'a.npy', read: readFloatImages },
  tensors: {
    ending: 'a.pkl',
    read: async (path) => (await import('../../encoders/read-embedded-set.js')).readEmbeddedSet(path),
  },
  'image-threads': { ending: '', read: prepareImages },
  bmp: { ending: 'a.bmp', read: decoded },
  gif: { ending: 'a.gif', read: decoded },
  pnm: { ending: 'a.ppm', read: decoded },
  png: { ending: 'a.png', read: decoded },
  image: { ending: 'a.img', read: decoded },
  map: {
    ending: 'a.png',
    read: async (path) =>
      (await import('../../uncertainty/files/read-map.js')).readMap(path, { order: 'auto' }),
  },
  maps: { ending: 'a.npz', read: readMaps },
  weights: {
    ending: 'a.onnx',
    read: async (path) => (await import('../../onnx/external-weights.js')).externalWeights(path),
  },
  facts: { ending: 'facts.csv', read: readStore },
  segments: { ending: 'a.segment', read: readSegmentsBeside },
  design: { ending: 'a.json', read: readDesign },
  report: { ending: 'score.json', read: readReportFile },
  'study-report': { ending: 'study.json', read: readReportFile },
  labels: {
    ending: 'a.csv',
    read: async (path) => (await import('../../encoders/files/read-labels.js')).readLabels(path),
  },
  'dataset-labels': { ending: 'dataset.json', read: readLabelsOfFolder },
  posterior: {
    ending: 'a.npz',
    read: async (path) => (await import('../../uncertainty/laplace/posterior-file.js')).readPosterior(path),
  },
  'fit-set': { ending: 'a.npz', read: readFitSet },
  'denoiser-sidecar': { ending: 'a.json', read: readDenoiserSidecar },
  config: { ending: 'a.json', read: readConfig },
  'kept-ids': { ending: 'ids.txt', read: readKeptIds },
  generation: { ending: 'unfinished.json', read: readGeneration },
  scores: {
    ending: 'a.csv',
    read: async (path) => (await import('../../uncertainty/files/read-scores.js')).readScores(path),
  },
  store: { ending: 'rows.csv', read: readStore },
  cache: { ending: '', read: readCache },
  sidecar: {
    ending: 'a.json',
    read: async (path) =>
      (await import('../../encoders/sidecar.js')).parsedSidecar(await readFile(path, 'utf8'), path),
  },
  provenance: {
    ending: 'a.json',
    read: async (path) =>
      (await import('../../encoders/provenance.js')).parsedProvenance(await readFile(path, 'utf8'), path),
  },
  plan: {
    ending: 'plan.json',
    read: async (path) =>
      (await import('../../encoders/cluster/plan.js')).parsedPlan(await readFile(path, 'utf8'), path),
  },
  unit: {
    ending: 'unit.txt',
    read: async (path) =>
      (await import('../../encoders/cluster/plan.js')).parsedList(await readFile(path, 'utf8'), path),
  },
  part: {
    ending: 'part.json',
    read: async (path) =>
      (await import('../../encoders/cluster/files/part-state.js')).parsedPart(
        await readFile(path, 'utf8'),
        path,
      ),
  },
  download: { ending: '', read: fetchWrongRange },
} as const satisfies Readonly<Record<string, Reader>>;

export type ReaderName = keyof typeof READERS;

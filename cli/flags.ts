import { IMAGE_RANGES, type ImageRange } from '../encoders/images/source-options.js';
import type { Shard } from '../encoders/shard.js';
import { DEVICES, type Device } from '../onnx/device.js';
import { choiceFlag, type Flag, flagError, integerFlag, onlyText, switchFlag, textFlag } from './flag.js';
import { sideFlag } from './side-flag.js';

const compute = 'What to compute' as const;

const output = 'Where results go' as const;

const running = 'How it runs' as const;

/** Where embeddings are kept from run to run. */
export type CacheChoice =
  | { readonly kind: 'default' | 'off' }
  | { readonly kind: 'folder'; readonly folder: string };

/** A limit that the user sets to a result: `fid=20`. */
export interface Threshold {
  readonly result: string;
  readonly limit: number;
}

function thresholdFlag(name: string, help: string): Flag<readonly Threshold[]> {
  return {
    name,
    placeholder: 'ID=VALUE',
    help,
    group: output,
    absent: [],
    read: (given) =>
      (given === 'negated' ? [] : given.texts)
        .flatMap((text) => text.split(','))
        .map((text) => {
          const [result, limit, ...rest] = text.split('=').map((part) => part.trim());
          if (!result || !limit || rest.length > 0 || !Number.isFinite(Number(limit))) {
            throw flagError(name, 'must name a result and a number, as in fid=20', text);
          }
          return { result: result.toLowerCase(), limit: Number(limit) };
        }),
  };
}

export const encoder = textFlag({
  name: 'encoder',
  short: 'e',
  placeholder: 'ID|FILE.onnx',
  help: 'the network whose embeddings are compared: an id of steadfid encoders, demo, or a file with its .json beside it',
  group: compute,
  absent: undefined,
  absentText: "each metric's own",
});

/** Of commands that run one network whatever is computed later. */
export const oneEncoder = textFlag({
  name: 'encoder',
  short: 'e',
  placeholder: 'ID|FILE.onnx',
  help: 'the network: an id of steadfid encoders, or a file with its .json beside it',
  group: compute,
  absent: undefined,
});

export const seed = integerFlag({
  name: 'seed',
  placeholder: 'N',
  help: 'seed of every random draw',
  group: compute,
  absent: 2020,
  absentText: '2020',
  least: 0,
});

export const interval = switchFlag({
  name: 'interval',
  help: 'give each value a standard error and a 95 % confidence interval; takes longer',
  group: compute,
});

const skipUnreadable = switchFlag({
  name: 'skip-unreadable',
  help: 'leave out images that cannot be read; the result counts and names them',
  group: compute,
});

export const applyOrientation = switchFlag({
  name: 'apply-orientation',
  help: 'rotate images by their EXIF orientation; otherwise pixels are used as stored, as in the Python tools',
  group: compute,
});

export const maxPixels = integerFlag({
  name: 'max-pixels',
  placeholder: 'N',
  help: 'refuse larger images, before they fill the memory',
  group: compute,
  absent: undefined,
  absentText: '178956970',
  least: 1,
});

export const json = switchFlag({ name: 'json', help: 'print JSON instead of a table', group: output });

export const csv = switchFlag({ name: 'csv', help: 'print CSV instead of a table', group: output });

export const outputFolder = textFlag({
  name: 'output',
  short: 'o',
  placeholder: 'DIR',
  help: 'also write score.json, score.csv, report.html and tables for a paper into this folder',
  group: output,
  absent: undefined,
});

export const outputFile = textFlag({
  name: 'output',
  short: 'o',
  placeholder: 'FILE',
  help: 'the file to write',
  group: output,
  absent: undefined,
});

export const force = switchFlag({ name: 'force', help: 'overwrite files that exist', group: output });

export const paper = choiceFlag({
  name: 'paper',
  choices: ['85', '174'],
  help: 'also draw the figures for print into print/, with this width in millimeters: key and panels only, text of at least 7 points, captions as .txt',
  group: output,
  absent: undefined,
});

export const failAbove = thresholdFlag('fail-above', 'exit 1 if the result is above the value');

export const failBelow = thresholdFlag('fail-below', 'exit 1 if the result is below the value');

export const batchSize = integerFlag({
  name: 'batch-size',
  placeholder: 'N',
  help: 'images in one run of the network',
  group: running,
  absent: undefined,
  absentText: 'by image size, 4 for Inception',
  least: 1,
});

export const threads = integerFlag({
  name: 'threads',
  placeholder: 'N',
  help: 'threads of the network',
  group: running,
  absent: undefined,
  absentText: 'all cores',
  least: 1,
});

/** The flag, where a GPU's number after its name is refused with what to do. */
function withoutNumbers<T>(flag: Flag<T>): Flag<T> {
  return {
    ...flag,
    read: (given) => {
      const [, name, index] = /^(cuda|dml|webgpu):(\d+)$/.exec(onlyText('device', given)) ?? [];
      if (name === undefined) return flag.read(given);
      throw flagError(
        'device',
        'must be the name alone',
        `${name}:${index}`,
        name === 'cuda'
          ? `Pass --device cuda, and choose the GPU by the environment: CUDA_VISIBLE_DEVICES=${index}.`
          : `Pass --device ${name}.`,
      );
    },
  };
}

/** Of commands that encode images. */
const device = withoutNumbers<Device | 'auto' | undefined>(
  choiceFlag({
    name: 'device',
    choices: ['auto', ...DEVICES],
    help: 'where networks run: auto takes a GPU that agrees with the CPU to 1e-4 in relative L2; for published numbers cpu is recommended',
    group: running,
    absent: undefined,
    absentText: 'auto',
  }),
);

/** Of commands whose files must have the same bytes on every machine, or in every run. */
export const chosenDevice = withoutNumbers<Device>(
  choiceFlag({
    name: 'device',
    choices: DEVICES,
    help: 'where the network runs; no other is taken unasked, for devices differ in the last digits of their numbers',
    group: running,
    absent: 'cpu',
    absentText: 'cpu',
  }),
);

export const models = textFlag({
  name: 'models',
  placeholder: 'DIR',
  help: 'where checkpoints and their ONNX files live; also STEADFID_MODELS',
  group: running,
  absent: undefined,
  absentText: "the user's cache folder",
});

export const cache: Flag<CacheChoice> = {
  name: 'cache',
  placeholder: 'DIR',
  help: 'where embeddings are kept and reused',
  group: running,
  absent: { kind: 'default' },
  absentText: "the user's cache folder",
  negation: 'neither keep nor reuse embeddings',
  read: (given) => {
    if (given === 'negated') return { kind: 'off' };
    const folder = onlyText('cache', given);
    if (folder === '') throw flagError('cache', 'needs a value', folder);
    return { kind: 'folder', folder };
  },
};

export const quiet = switchFlag({ name: 'quiet', short: 'q', help: 'show no progress', group: running });

export const partial = switchFlag({
  name: 'partial',
  help: 'accept a set with missing parts; otherwise it is refused',
  group: compute,
});

/** The network of the commands of diffusion models. */
export const denoiser = textFlag({
  name: 'denoiser',
  placeholder: 'NET.onnx',
  help: 'the network that predicts noise, with its .json beside it; steadfid models convert makes one',
  group: compute,
  absent: undefined,
});

/** One of several equal parts of a job, as for as many machines. */
export function shardFlag(help: string): Flag<Shard | undefined> {
  return {
    name: 'shard',
    placeholder: 'I/N',
    help,
    group: compute,
    absent: undefined,
    read: (given) => {
      const text = onlyText('shard', given);
      const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
      if (index === undefined || count === undefined || index < 1 || index > count) {
        throw flagError('shard', 'must be I/N with I from 1 to N, as in 1/4', text);
      }
      return { index, count };
    },
  };
}

const key = sideFlag({
  name: 'key',
  placeholder: 'NAME',
  help: 'the array, tensor, column or field of a file that holds the images or embeddings. For one set: reference=NAME',
});

const imageRange = sideFlag<ImageRange>(
  {
    name: 'image-range',
    placeholder: '0..1|-1..1',
    help: 'value range of float images (.npy, .npz); they are rounded to 8 bits',
  },
  (text) => IMAGE_RANGES.find((range) => range === text),
);

const limit = integerFlag({
  name: 'limit',
  placeholder: 'N',
  help: 'take N images of each set, drawn at random by --seed',
  group: compute,
  absent: undefined,
  least: 1,
});

/** How sources are opened. */
export const OPENING = { key, imageRange };

/** How sources are opened, and images read: of every command that takes some. */
export const READING = { ...OPENING, skipUnreadable, applyOrientation, maxPixels };

/** Of commands that take sets as they are, joined to nothing by id. */
export const DRAWING = { limit, seed };

/** How networks run: of every command that encodes. */
export const RUNNING = { batchSize, threads, device, models, cache, quiet };

import { join } from 'node:path';
import { parsedJson } from '../../encoders/files/json-text.js';
import type { WholeFileOptions } from '../../encoders/files/whole-file.js';
import { openZip, type ZipArchive } from '../../encoders/files/zip-archive.js';
import { openZipWriter } from '../../encoders/files/zip-writer.js';
import { type Shard, shardRange } from '../../encoders/shard.js';
import { InputError, OptionError } from '../../errors.js';
import { throwIfAborted } from '../../numerics/throw-if-aborted.js';
import { type GenerationRecord, type GenerationSettings, settingsDifference } from '../generation-record.js';
import type { GenerationSink } from './generate-images.js';
import { recordText } from './generated-counts.js';
import { withGenerationFolder } from './open-generation-folder.js';
import { type FinishedImage, generatedFiles, imagePath, writeBelow } from './write-generated-image.js';

/** The entry of a part that says what its images are made with. */
const SETTINGS = 'settings.json';

/**
 * Images to one file, a zip that appears whole: a stretch of the images of a generation, their maps, and what they are made with.
 *
 * @param facts  name and content of one more entry
 */
export function generationPart(
  path: string,
  {
    shard,
    facts,
    ...writing
  }: WholeFileOptions & {
    readonly shard: Shard;
    readonly facts: (settings: GenerationSettings) => readonly [name: string, bytes: Uint8Array];
  },
): GenerationSink {
  return async (settings, work) => {
    const { start, end } = shardRange(settings.n, shard, path);
    const zip = await openZipWriter(path, writing);
    let last: Promise<void> = Promise.resolve();
    const write = async (image: FinishedImage): Promise<void> => {
      for (const [name, bytes] of await generatedFiles(image, settings))
        await zip.add(name.replaceAll('\\', '/'), bytes);
    };
    try {
      return await work({
        missing: Array.from({ length: end - start }, (_, i) => start + i),
        found: 0,
        write(image) {
          last = last.then(() => write(image)); // one entry after the other, in the order of the images
          return last;
        },
        async finish() {
          await zip.add(SETTINGS, Buffer.from(recordText(settings)));
          await zip.add(...facts(settings));
          await zip.commit();
          return { ...settings, counts: { images: end - start, negatives: null } };
        },
      });
    } finally {
      await zip.abandon();
    }
  };
}

/**
 * Parts of a generation to one folder: the files of one `generateImages` of all of them. A run that was stopped goes on where it was.
 *
 * @param parts  in the order of their images
 * @throws OptionError CONFLICTING_OPTIONS if parts were made with other settings, naming the first
 * @throws InputError UNREADABLE_FILE if a part is damaged; what `withGenerationFolder` throws
 */
export async function mergeGenerated(
  folder: string,
  parts: readonly string[],
  options: {
    readonly existing: 'refused' | 'replaced';
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  },
): Promise<GenerationRecord> {
  const { existing, signal, onProgress } = options;
  let settings: GenerationSettings | undefined;
  for (const path of parts) {
    const own = await withZip(path, (zip) => settingsOf(zip));
    settings ??= own;
    const different = settingsDifference(settings, own);
    if (different === null) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: path,
      expected: `was made with ${different.setting} ${JSON.stringify(different.now) ?? 'none'}`,
      received: `${JSON.stringify(different.before) ?? 'none'} in the first part`,
      help: 'Make all parts with the same files, on the same device.',
    });
  }
  const { n } = settings!;
  return withGenerationFolder(folder, settings!, { existing }, async (output) => {
    const missing = new Set(output.missing);
    for (const [i, path] of parts.entries()) {
      const { start, end } = shardRange(n, { index: i + 1, count: parts.length }, path);
      await withZip(path, async (zip) => {
        let image = start;
        for (const entry of zip.entries) {
          if (!entry.name.includes('/')) continue; // what the part says of itself
          throwIfAborted(signal, 'generate');
          const name = join(entry.name);
          if (missing.has(image)) await writeBelow(join(folder, name), await zip.read(entry));
          if (name !== imagePath('', image)) continue; // its PNG is the last of its files
          image++;
          onProgress?.({ done: image, total: n });
        }
        if (image !== end)
          throw damaged(path, `must hold images ${start} to ${end - 1}; it ends before ${image}`);
      });
    }
    return output.finish();
  });
}

async function withZip<T>(path: string, work: (zip: ZipArchive) => Promise<T>): Promise<T> {
  const zip = await openZip(path);
  try {
    return await work(zip);
  } finally {
    await zip.close();
  }
}

async function settingsOf(zip: ZipArchive): Promise<GenerationSettings> {
  const entry = zip.entries.find(({ name }) => name === SETTINGS);
  if (entry === undefined) throw damaged(zip.path, 'must say what its images are made with');
  const text = Buffer.from(await zip.read(entry)).toString();
  return parsedJson(text, { where: `${zip.path}, ${SETTINGS}`, help: HELP }) as GenerationSettings;
}

const HELP = 'Remove it and run its task again.';

function damaged(where: string, expected: string): InputError {
  return new InputError('UNREADABLE_FILE', { where, expected, help: HELP });
}

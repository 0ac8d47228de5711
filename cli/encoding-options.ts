import { defined } from '../defined.js';
import type { EncodingOptions } from '../encoders/encoding-options.js';
import { userCacheFolder } from '../encoders/files/cache-folders.js';
import type { OptionsOf } from './flag.js';
import type { READING, RUNNING } from './flags.js';
import { readingOptions } from './shared-options.js';
import type { Terminal } from './terminal.js';

/** How a set of images is encoded, from the flags, with its progress shown as `task`. */
export function encodingOptions(
  options: OptionsOf<typeof READING> & OptionsOf<typeof RUNNING>,
  terminal: Terminal,
  task: string,
): EncodingOptions {
  const { batchSize, cache } = options;
  return {
    ...readingOptions(options),
    ...defined({ batchSize }),
    ...(cache.kind === 'off' ? {} : { cache: cache.kind === 'folder' ? cache.folder : userCacheFolder() }),
    onProgress: ({ done, total }) => terminal.progress.show({ task, done, total, unit: 'img' }),
    signal: terminal.signal,
  };
}

import { defined } from '../defined.js';
import type { SourceOptions, SourcesOptions } from '../encoders/images/source-options.js';
import type { ScoreRequest } from '../scoring/score-request.js';
import type { OptionsOf } from './flag.js';
import type { DRAWING, READING, RUNNING } from './flags.js';

/** How images are read, as the library takes it. */
export function readingOptions({
  skipUnreadable,
  applyOrientation,
  maxPixels,
}: Pick<OptionsOf<typeof READING>, 'skipUnreadable' | 'applyOrientation' | 'maxPixels'>): Pick<
  ScoreRequest,
  'unreadable' | 'orientation' | 'maxPixels'
> {
  return {
    unreadable: unreadableImages(skipUnreadable),
    orientation: applyOrientation === 'on' ? 'applied' : 'ignored',
    ...defined({ maxPixels }),
  };
}

/** What becomes of a set of which parts are missing. */
export function incompleteSets(partial: 'on' | 'off'): 'refused' | 'taken' {
  return partial === 'on' ? 'taken' : 'refused';
}

/** How each side is opened, as the library takes it. */
export function sourcesOptions({
  key,
  imageRange,
  limit,
  seed,
}: Pick<OptionsOf<typeof READING>, 'key' | 'imageRange'> &
  Partial<OptionsOf<typeof DRAWING>>): SourcesOptions {
  const side = (name: keyof SourcesOptions): SourceOptions =>
    defined({
      key: key[name],
      imageRange: imageRange[name],
      limit: limit === undefined || seed === undefined ? undefined : { size: limit, seed },
    });
  return { reference: side('reference'), generated: side('generated') };
}

/** What becomes of images that cannot be read. */
export function unreadableImages(
  skipUnreadable: OptionsOf<typeof READING>['skipUnreadable'],
): NonNullable<ScoreRequest['unreadable']> {
  return skipUnreadable === 'on' ? 'skipped' : 'refused';
}

/** How a network is opened, as the library takes it: where networks live is left to commands that fetch some. */
export function sessionOptions({
  threads,
  device,
  models,
}: Pick<OptionsOf<typeof RUNNING>, 'threads' | 'device'> & { readonly models?: string | undefined }): Pick<
  ScoreRequest,
  'threads' | 'device' | 'models'
> {
  return { device, ...defined({ threads, models }) };
}

/** How networks run, as the library takes it. */
export function runningOptions(
  options: OptionsOf<typeof RUNNING>,
): Pick<ScoreRequest, 'batchSize' | 'threads' | 'device' | 'models' | 'cache'> {
  const { batchSize, cache } = options;
  return {
    ...sessionOptions(options),
    ...defined({ batchSize }),
    ...(cache.kind === 'off' ? { cache: null } : {}),
    ...(cache.kind === 'folder' ? { cache: cache.folder } : {}),
  };
}

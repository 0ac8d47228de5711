import type { Warning } from '../encoders/encoder.js';
import { InterruptedError } from '../errors.js';
import type { Aggregation } from './aggregation.js';
import type { WeightMap } from './aggregations/masked-statistics.js';
import { type MapDiagnostics, mapDiagnostics } from './diagnostics/map-diagnostics.js';
import type { MapEntry } from './map-source.js';
import { type ChannelReduction, type PixelMap, pixelMap } from './pixel-map.js';
import type { Score } from './score-table.js';

/** Scores of maps, one for each aggregation, and what the maps say of themselves. */
export interface MapScores {
  readonly scores: readonly Score[];
  readonly diagnostics: ReadonlyMap<string, MapDiagnostics>;
  readonly sizes: ReadonlyMap<string, { readonly height: number; readonly width: number }>;
  readonly warnings: readonly Warning[];
}

export interface MapScoring {
  readonly aggregations: readonly Aggregation[];
  readonly channels: ChannelReduction;
  /** mask or saliency map of an image, of the size of its map; needed by the aggregations that weigh */
  readonly weights?: (id: string, map: PixelMap) => Promise<WeightMap>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

function reasonFor(aggregation: Aggregation): string {
  return aggregation.needs === 'weights'
    ? `${aggregation.id} does not exist: the foreground is empty`
    : `${aggregation.id} does not exist for this map`;
}

/** Scores of the maps of one setting: each map is read once, used for everything, and let go. */
export async function mapScores(entries: readonly MapEntry[], scoring: MapScoring): Promise<MapScores> {
  const { aggregations, channels, weights } = scoring;
  const columns = aggregations.map(() => ({
    byId: new Map<string, number>(),
    undefinedIds: new Map<string, string>(),
  }));
  const diagnostics = new Map<string, MapDiagnostics>();
  const sizes = new Map<string, { height: number; width: number }>();
  let eightBit = 0;
  let whole = 0;
  for (const [done, { id, load }] of entries.entries()) {
    if (scoring.signal?.aborted) {
      throw new InterruptedError('INTERRUPTED', {
        where: 'steadfid uncertainty',
        expected: `stopped after ${done} of ${entries.length} maps; nothing was written`,
      });
    }
    const { map, bits } = await load();
    if (bits === 8) eightBit++;
    if (bits === 8 || bits === 16) whole++;
    const u = pixelMap(map, channels);
    const weighing =
      weights !== undefined && aggregations.some(({ needs }) => needs === 'weights')
        ? await weights(id, u)
        : null;
    aggregations.forEach((aggregation, i) => {
      const value = aggregation.needs === 'map' ? aggregation.value(u) : aggregation.value(u, weighing!);
      if (value === undefined) columns[i]!.undefinedIds.set(id, reasonFor(aggregation));
      else columns[i]!.byId.set(id, value);
    });
    diagnostics.set(id, mapDiagnostics(map));
    sizes.set(id, { height: u.height, width: u.width });
    scoring.onProgress?.(done + 1);
  }
  return {
    scores: aggregations.map(({ id }, i) => ({ name: id, ...columns[i]! })),
    diagnostics,
    sizes,
    warnings: [
      ...eightBitWarning(eightBit, entries.length),
      ...mixedWarning(whole, entries.length),
      ...undefinedWarnings(aggregations, columns),
    ],
  };
}

function eightBitWarning(count: number, of: number): Warning[] {
  if (count === 0) return [];
  const message = `${count} of ${of} maps are 8-bit images: 256 levels, cut at both ends, negative values lost. Use the tensors where there are any.`;
  return [{ code: 'EIGHT_BIT_MAPS', message }];
}

/** Whole numbers up to 65,535 beside variances of a thousandth cannot be ranked together. */
function mixedWarning(count: number, of: number): Warning[] {
  if (count === 0 || count === of) return [];
  const message = `${count} of ${of} maps are images of whole numbers and the others are not: unless all have one scale, their scores cannot be compared.`;
  return [{ code: 'MIXED_SAMPLES', message }];
}

function undefinedWarnings(
  aggregations: readonly Aggregation[],
  columns: readonly Pick<Score, 'undefinedIds'>[],
): Warning[] {
  return aggregations.flatMap((aggregation, i) => {
    const { size } = columns[i]!.undefinedIds;
    if (size === 0) return [];
    return [
      {
        code: 'UNDEFINED_SCORES',
        message: `${reasonFor(aggregation)}, for ${size} images: their cells are empty.`,
      },
    ];
  });
}

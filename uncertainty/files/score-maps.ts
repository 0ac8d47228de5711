import { defined } from '../../defined.js';
import { VERSION } from '../../encoders/encoder.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { percentText } from '../../numerics/number-text.js';
import { aggregation, DEFAULT_AGGREGATIONS } from '../aggregation.js';
import { randomScore } from '../controls.js';
import { setDiagnostics } from '../diagnostics/set-diagnostics.js';
import type { MissingIds } from '../id-match.js';
import { IMAGE_CONTROLS } from '../image-controls.js';
import { runReliability } from '../map-comparison/run-reliability.js';
import { settingComparison } from '../map-comparison/setting-comparison.js';
import { type MapScores, mapScores } from '../map-scores.js';
import type { AxisOrder, MapEntry } from '../map-source.js';
import type { ChannelReduction } from '../pixel-map.js';
import { scoreWithoutDetail } from '../residual-score.js';
import type { Score } from '../score-table.js';
import { scoreColumn, scoreCorrelation } from '../score-table.js';
import type { UncertaintyReport } from '../uncertainty-report.js';
import { idsOf, imageControls, type JoinedImages, openJoinedImages, sizeWarnings } from './joined-images.js';
import { openMapRuns } from './open-map-runs.js';
import { openWeighing } from './open-weighing.js';

/** How far the work is. */
export interface MapProgress {
  readonly task: string;
  readonly done: number;
  readonly total: number;
}

export interface ScoreMapsRequest {
  /** folders or files of maps; several are compared */
  readonly maps: readonly string[];
  readonly aggregations?: readonly string[];
  readonly channels?: ChannelReduction;
  readonly order?: AxisOrder;
  /** the only setting wanted, by its name */
  readonly setting?: string;
  /** the images that the maps are of: joined by id, and scored for their detail */
  readonly images?: string;
  /** how their source is opened, where its file leaves that open */
  readonly opening?: SourceOptions;
  /** masks, or a segmentation network (`.onnx`), for the aggregations that need one */
  readonly masks?: string;
  readonly missing?: MissingIds;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MapProgress) => void;
}

/** The report, and its columns as scores. */
export interface ScoredMaps {
  readonly report: UncertaintyReport;
  readonly aggregations: readonly Score[];
  /** empty unless images were given */
  readonly controls: readonly Score[];
  /** the aggregations with detail regressed out; empty unless images were given */
  readonly residuals: readonly Score[];
}

/**
 * Scores of pixel-wise uncertainty maps: a column for each aggregation and run, with what the maps say of themselves, how the
 * scores go with detail where there are images, and how the runs compare where there are several.
 *
 * @throws InputError UNREADABLE_FILE, EMPTY_FOLDER, DUPLICATE_IDS, MISSING_IDS
 * @throws OptionError UNKNOWN_AGGREGATION, UNKNOWN_COLUMN, OUT_OF_RANGE, CONFLICTING_OPTIONS
 * @throws NumericalError NOT_FINITE naming file and pixel
 */
export async function scoreMaps(request: ScoreMapsRequest): Promise<ScoredMaps> {
  const { channels = 'mean', order = 'auto', missing = 'refuse', seed = 2020, signal, setting } = request;
  const aggregations = (request.aggregations ?? DEFAULT_AGGREGATIONS).map(aggregation);
  const progress = (task: string, total: number) => (done: number) =>
    request.onProgress?.({ task, done, total });
  const opened = await openMapRuns(request.maps, {
    order,
    channels,
    ...defined({ setting }),
  });
  const { runs } = opened;
  const closings = [opened.close];
  try {
    const images =
      request.images === undefined
        ? null
        : await openJoinedImages(request.images, runs, missing, request.opening);
    if (images !== null) closings.push(() => images.set.close());
    const chosen = (entries: readonly MapEntry[]) =>
      images === null ? entries : entries.filter(({ id }) => images.byMap.has(id));
    const weighing = await openWeighing(aggregations, {
      masks: request.masks,
      ids: [...new Set(runs.flatMap(idsOf))].filter((id) => images === null || images.byMap.has(id)),
      maps: request.maps.join(' '),
      order,
      imageOf: images === null ? undefined : (id) => images.byMap.get(id)!,
    });
    if (weighing !== null) closings.push(() => weighing.close());

    const scored: MapScores[] = [];
    for (const run of runs) {
      if (run.maps.kind === 'sums') {
        scored.push({ scores: [run.maps.score], diagnostics: new Map(), sizes: new Map(), warnings: [] });
        continue;
      }
      const entries = chosen(run.maps.entries);
      scored.push(
        await mapScores(entries, {
          aggregations,
          channels,
          ...(weighing === null ? {} : { weights: (id, like) => weighing.of(id, like) }),
          ...defined({ signal }),
          onProgress: progress(`reading ${run.source}`, entries.length),
        }),
      );
    }
    const columns = runs.flatMap((run, i) =>
      scored[i]!.scores.map((score) => ({
        run: run.name,
        aggregation: score.name,
        score: run.name === '' ? score : { ...score, name: `${score.name}@${run.name}` },
      })),
    );

    const controls = images === null ? null : await imageControls(images, { signal, progress });
    const controlColumns = controls === null ? [] : [...controls.scores, randomOf(images!, seed)];

    const details = controlColumns.filter(({ name }) => aboutControl(name).family === 'detail');
    const residuals =
      details.length === 0 ? [] : columns.flatMap(({ score }) => scoreWithoutDetail(score, details) ?? []);

    const settings = runs.flatMap((run) =>
      run.maps.kind === 'maps'
        ? [
            {
              setting: { ...run.setting, name: run.name },
              maps: new Map(chosen(run.maps.entries).map((entry) => [entry.id, entry])),
            },
          ]
        : [],
    );
    const comparison =
      settings.length < 2
        ? null
        : await settingComparison(settings, {
            channels,
            onProgress: (done, total) => progress('comparing settings', total)(done),
          });
    const report: UncertaintyReport = {
      schema: 'steadfid/uncertainty/1',
      version: VERSION,
      channels,
      seed,
      runs: runs.map(({ name, source, setting }, i) => ({
        name,
        source,
        setting,
        diagnostics: setDiagnostics([...scored[i]!.diagnostics.values()]),
      })),
      images:
        images === null
          ? null
          : {
              source: request.images!,
              n: images.byMap.size,
              joinedBy: images.match.by,
              imagesAlone: images.match.imagesAlone,
              mapsAlone: images.match.othersAlone,
            },
      columns: [
        ...columns.map(({ run, aggregation: id, score }) =>
          scoreColumn(score, {
            kind: 'aggregation',
            formula: formulaOf(id),
            aggregation: id,
            run,
            family: null,
          }),
        ),
        ...residuals.map(({ score, explained }) =>
          scoreColumn(score, {
            kind: 'residual',
            formula: `ranks with those of the detail controls regressed out, which explain ${percentText(explained, { error: 0.1 })} of them`,
            aggregation: null,
            run: null,
            family: null,
          }),
        ),
        ...controlColumns.map((score) =>
          scoreColumn(score, { kind: 'control', aggregation: null, run: null, ...aboutControl(score.name) }),
        ),
      ],
      correlations: columns.flatMap(({ score }) =>
        controlColumns.map((control) => ({
          score: score.name,
          control: control.name,
          family: aboutControl(control.name).family,
          value: scoreCorrelation(score, control) ?? null,
        })),
      ),
      comparison,
      reliability: await runReliability(settings, { channels }),
      warnings: [
        ...opened.warnings,
        ...scored.flatMap((run) => run.warnings),
        ...(controls === null ? [] : sizeWarnings(scored, controls)),
      ],
    };
    return {
      report,
      aggregations: columns.map(({ score }) => score),
      controls: controlColumns,
      residuals: residuals.map(({ score }) => score),
    };
  } finally {
    for (const closing of closings.reverse()) await closing();
  }
}

/** Formula of a column; sums that the original wrote itself have their own. */
function formulaOf(id: string): string {
  return aggregation(id).formula;
}

function aboutControl(id: string): { readonly formula: string; readonly family: 'detail' | 'other' } {
  const control = IMAGE_CONTROLS.find((candidate) => candidate.id === id);
  return control ?? { formula: 'uniform on 0 … 1, of the id and the seed', family: 'other' };
}

function randomOf({ byMap }: JoinedImages, seed: number): Score {
  return randomScore([...byMap.keys()], seed);
}

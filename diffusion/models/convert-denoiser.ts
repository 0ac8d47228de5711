import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { defined } from '../../defined.js';
import { openCheckpoint } from '../../encoders/checkpoints/open-checkpoint.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { readTextFile } from '../../encoders/files/regular-file.js';
import { type FileContent, writeTogether } from '../../encoders/files/write-together.js';
import { onnxStem } from '../../encoders/models/convert-checkpoint.js';
import type { OnnxModel } from '../../onnx/onnx-model.js';
import type { DenoiserDescription } from '../denoiser.js';
import { type ConfigFile, type DenoiserConversion, denoiserPlan } from './denoiser-conversion.js';

export interface ConvertDenoiserOptions {
  /** JSON with the authors' settings; of diffusers, default the `config.json` beside the checkpoint */
  readonly config?: string;
  /** what the sidecar calls the network; default: the output's name */
  readonly id?: string;
  readonly existing?: 'refused' | 'replaced';
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: { readonly done: number; readonly total: number }) => void;
}

/** A denoiser that was written. */
export interface ConvertedDenoiser {
  readonly path: string;
  readonly title: string;
  readonly description: DenoiserDescription;
  /** what neither the checkpoint nor the settings say and was taken from its kind */
  readonly assumptions: readonly string[];
}

/** Above this the weights go to a second file; ONNX's own limit is 2 GiB with everything else in it. */
const MOST_WEIGHTS_IN_ONE_FILE = 2_000_000_000;

/**
 * Writes the denoiser in a checkpoint as `net.onnx` with its sidecar `net.json` and, above 2 GB of weights, `net.weights`:
 * all of them or none. Of diffusers, the `config.json` and `scheduler_config.json` beside the checkpoint (the latter also in
 * `../scheduler/`) say what its tensors do not.
 *
 * Memory: the largest tensor, and a little.
 *
 * @throws InputError UNREADABLE_FILE if the checkpoint is damaged or holds another network
 * @throws InputError FILE_EXISTS if one of the files is there and may not be replaced
 * @throws OptionError CONFLICTING_OPTIONS if something that the tensors do not say is missing
 * @throws OptionError OUT_OF_RANGE if the output is not named .onnx
 */
export async function convertDenoiser(
  paths: { readonly checkpoint: string; readonly onnx: string },
  conversion: DenoiserConversion,
  options: ConvertDenoiserOptions = {},
): Promise<ConvertedDenoiser> {
  const { existing = 'refused', signal, onProgress } = options;
  const stem = onnxStem(paths.onnx);
  return withConversion(paths, conversion, options, async ({ title, model, description, assumptions }) => {
    const sidecar = { ...description, conversion, checkpoint: await checkpointFacts(paths) };
    const contents: FileContent[] = [
      { path: `${stem}.json`, chunks: () => [Buffer.from(`${JSON.stringify(sidecar, null, 2)}\n`)] },
      ...(model.external === null ? [] : [{ path: `${stem}.weights`, chunks: model.external.chunks }]),
      { path: paths.onnx, chunks: model.chunks },
    ];
    const total = model.byteLength + (model.external?.byteLength ?? 0);
    let done = 0;
    await writeTogether(contents, {
      existing,
      ...defined({ signal }),
      onBytes(count) {
        done = Math.min(done + count, total);
        onProgress?.({ done, total });
      },
    });
    return { path: paths.onnx, title, description, assumptions };
  });
}

/** What a checkpoint converts to, whose weights are read when they are asked for. */
interface OpenConversion {
  readonly title: string;
  readonly model: OnnxModel;
  readonly description: DenoiserDescription;
  readonly assumptions: readonly string[];
}

/**
 * Opens a conversion for as long as some work with it lasts.
 *
 * @throws as `convertDenoiser`, but for what is written
 */
export async function withConversion<T>(
  paths: { readonly checkpoint: string; readonly onnx: string },
  conversion: DenoiserConversion,
  { config, id }: Pick<ConvertDenoiserOptions, 'config' | 'id'>,
  work: (conversion: OpenConversion) => Promise<T>,
): Promise<T> {
  const name = basename(onnxStem(paths.onnx));
  const checkpoint = await openCheckpoint(paths.checkpoint);
  try {
    const configs = await configFiles(paths.checkpoint, conversion, config);
    const { title, graph, description, assumptions } = await denoiserPlan(checkpoint, conversion, configs);
    const external = { externalData: { file: `${name}.weights` } };
    const model = graph.model(graph.weightBytes > MOST_WEIGHTS_IN_ONE_FILE ? external : {});
    const { kind, ...rest } = description;
    return await work({ title, model, description: { kind, id: id ?? name, ...rest }, assumptions });
  } finally {
    await checkpoint.close();
  }
}

/** Where the network came from: the path from the sidecar's folder, and the file's bytes. */
async function checkpointFacts({ checkpoint, onnx }: { readonly checkpoint: string; readonly onnx: string }) {
  const { size: sizeBytes } = await stat(checkpoint);
  const path = relative(dirname(resolve(onnx)), resolve(checkpoint)).replaceAll('\\', '/');
  return { path, sha256: await fileHash(checkpoint), sizeBytes };
}

async function configFiles(
  checkpoint: string,
  { architecture }: DenoiserConversion,
  given: string | undefined,
): Promise<{ readonly model?: ConfigFile | undefined; readonly scheduler?: ConfigFile | undefined }> {
  const model = given === undefined ? undefined : await configFile(given);
  if (architecture !== 'diffusers-unet') return { model };
  const folder = dirname(checkpoint);
  const beside = join(folder, 'config.json');
  const schedulers = [folder, join(folder, '..', 'scheduler')].map((path) =>
    join(path, 'scheduler_config.json'),
  );
  return { model: model ?? (await configIfThere([beside])), scheduler: await configIfThere(schedulers) };
}

async function configIfThere(paths: readonly string[]): Promise<ConfigFile | undefined> {
  for (const path of paths)
    if ((await stat(path).catch(() => undefined))?.isFile() === true) return configFile(path);
  return undefined;
}

async function configFile(path: string): Promise<ConfigFile> {
  return { path, value: parsedJson(await readTextFile(path), { where: path }) };
}

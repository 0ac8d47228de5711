import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { defined } from '../../defined.js';
import { openRangeFile } from '../../encoders/files/range-file.js';
import { writeTogether } from '../../encoders/files/write-together.js';
import { InputError, OptionError } from '../../errors.js';
import { type GraphOutline, graphOutline } from '../../onnx/initializers.js';
import { openSession, type TensorDeclaration, tensorsText } from '../../onnx/onnx-session.js';
import type { BetaSchedule, DenoiserDescription } from '../denoiser.js';
import { proveDenoiser } from '../open-denoiser.js';
import { requireDropoutAsleep } from './dropout-asleep.js';
import { type FoundLastLayer, lastLayerOfGraph } from './last-layer-of-graph.js';
import { type AddedOutput, outputsSuffix } from './outputs-suffix.js';

/** What an ONNX file does not say of itself, or says in a way that leaves a choice. */
export interface CutSettings {
  readonly schedule: BetaSchedule;
  readonly imageSize?: number;
  readonly classes?: number;
  /** names of the network's inputs and of its output, the noise */
  readonly x?: string;
  readonly t?: string;
  readonly y?: string;
  readonly epsilon?: string;
  readonly id?: string;
}

/** A denoiser that was written. */
export interface CutDenoiser {
  readonly path: string;
  readonly description: DenoiserDescription;
  /** whether a run has shown that the last layer of the features is the noise; weights in a second file are tried when it is opened */
  readonly isProved: boolean;
}

/**
 * Writes a copy of an ONNX denoiser that has its last layer's input as an output too, and the sidecar that `openDenoiser`
 * reads. What is in the file stays as it is; the last convolution, Gemm or MatMul is found by going back from the noise.
 *
 * @throws InputError UNREADABLE_FILE if the file is no network
 * @throws InputError FILE_EXISTS if one of the files is there and may not be replaced
 * @throws OptionError CONFLICTING_OPTIONS if the network does not end in such a layer, if something that the file does not
 *   say is not told, if its dropout is at work in every run, or if the last layer of the features is not the noise
 */
export async function cutDenoiser(
  paths: { readonly network: string; readonly onnx: string },
  settings: CutSettings,
  { existing = 'refused' }: { readonly existing?: 'refused' | 'replaced' } = {},
): Promise<CutDenoiser> {
  const { network, onnx } = paths;
  if (!/\.onnx$/i.test(onnx)) throw unsaid('--output', 'must name a file that ends in .onnx', onnx);
  const outline = await outlineOf(network);
  const external = [...outline.initializers.values()].find(({ raw }) => raw !== null && raw.file !== null);
  if (external !== undefined && dirname(resolve(network)) !== dirname(resolve(onnx)))
    throw unsaid('--output', `must be in the folder of ${network}, whose weights are in a second file`, onnx);
  requireDropoutAsleep(outline, network);
  const { description, outputs } = await describedCut(network, onnx, outline, settings);
  const suffix = outputsSuffix(outputs);
  if (external === undefined)
    await proveDenoiser({ bytes: Buffer.concat([await readFile(network), suffix]), path: onnx, description });
  const json = `${JSON.stringify(description, null, 2)}\n`;
  await writeTogether(
    [
      { path: onnx.replace(/\.onnx$/i, '.json'), chunks: () => [Buffer.from(json)] },
      {
        path: onnx,
        async *chunks() {
          yield* createReadStream(network) as AsyncIterable<Uint8Array>;
          yield suffix;
        },
      },
    ],
    { existing },
  );
  return { path: onnx, description, isProved: external === undefined };
}

async function outlineOf(path: string): Promise<GraphOutline> {
  const file = await openRangeFile(path);
  try {
    return await graphOutline(file);
  } catch (error) {
    const received = (error as Error).message;
    const expected = 'must be a network in ONNX format';
    throw new InputError('UNREADABLE_FILE', { where: path, expected, received }, { cause: error });
  } finally {
    await file.close();
  }
}

async function describedCut(
  network: string,
  onnx: string,
  outline: GraphOutline,
  settings: CutSettings,
): Promise<{ readonly description: DenoiserDescription; readonly outputs: readonly AddedOutput[] }> {
  const session = await openSession(network);
  const { inputs, outputs: declared } = session;
  await session.close();
  const names = inputNames(network, inputs, settings);
  const [, channels, ...sides] = inputs.find(({ name }) => name === names.x)!.dims;
  if (typeof channels !== 'number')
    throw unsaid(`${network}, input ${names.x}`, 'must have a fixed number of channels', `${channels}`);
  const epsilon = settings.epsilon ?? (declared.length === 1 ? declared[0]!.name : undefined);
  if (epsilon === undefined || !declared.some(({ name }) => name === epsilon))
    throw unsaid('--epsilon', `must name the noise, one of ${tensorsText(declared)}`, epsilon ?? 'none');
  const found = lastLayerOfGraph(outline, { path: network, epsilon, channels });
  const imageSize = sizeOf(sides, settings.imageSize);
  const taken = new Set(outline.graph.node.flatMap(({ output }) => output));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  const outputs = addedOutputs(found, { epsilon, channels, imageSize, free });
  if (outputs.some(({ slice }) => slice !== undefined) && outline.opset < 10)
    throw unsaid(network, 'must be exported with opset 10 or later', `opset ${outline.opset}`);
  const description: DenoiserDescription = {
    kind: 'denoiser',
    id: settings.id ?? basename(onnx).replace(/\.onnx$/i, ''),
    inputs: names,
    outputs: { epsilon: outputs[1]?.name ?? epsilon, features: outputs[0]!.name },
    imageSize,
    channels,
    classes: names.y === undefined ? null : classesOf(settings),
    prediction: 'epsilon',
    schedule: settings.schedule,
    lastLayer: found.description,
  };
  return { description, outputs };
}

/** The features, and the noise where the output has a variance's channels after it. */
function addedOutputs(
  { features, description, outputHolds }: FoundLastLayer,
  image: {
    readonly epsilon: string;
    readonly channels: number;
    readonly imageSize: DenoiserDescription['imageSize'];
    readonly free: (name: string) => string;
  },
): readonly AddedOutput[] {
  const { epsilon, channels, imageSize, free } = image;
  const [height, width] = typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
  const name = free('features');
  // Tokens of time and class stand before those of the image, and are left out after the last layer.
  const tokens = description.kind === 'linear' ? (height * width) / description.patch ** 2 : 0;
  const ofImage: AddedOutput =
    description.kind === 'linear' && description.weightAxes === 'input-output'
      ? { name, value: features, slice: { axis: -2, start: -tokens, end: Number.MAX_SAFE_INTEGER } }
      : { name, value: features };
  if (outputHolds === 'noise') return [ofImage];
  return [ofImage, { name: free('noise'), value: epsilon, slice: { axis: 1, start: 0, end: channels } }];
}

function inputNames(
  path: string,
  inputs: readonly TensorDeclaration[],
  settings: CutSettings,
): DenoiserDescription['inputs'] {
  const x = settings.x ?? only(inputs.filter(({ dims }) => dims.length === 4));
  const rest = inputs.filter(({ name, dims }) => name !== x && dims.length === 1);
  const isLabel = ({ name }: TensorDeclaration) => /^y$|class|label/i.test(name);
  const y = settings.y ?? (settings.classes === undefined ? undefined : only(rest.filter(isLabel)));
  const t = settings.t ?? only(rest.filter(({ name }) => name !== y));
  const names = [x, t, y].filter((name) => name !== undefined);
  const isKnown = names.every((name) => inputs.some((input) => input.name === name));
  if (x === undefined || t === undefined || !isKnown || names.length !== inputs.length)
    throw unsaid(
      path,
      'its inputs must be noisy images, times and perhaps class labels, named by --x, --t and (with --classes) --y where that is not clear',
      tensorsText(inputs),
    );
  return { x, t, ...defined({ y }) };
}

function only(inputs: readonly TensorDeclaration[]): string | undefined {
  return inputs.length === 1 ? inputs[0]!.name : undefined;
}

function sizeOf(
  sides: readonly (number | string)[],
  given: number | undefined,
): DenoiserDescription['imageSize'] {
  const [height, width] = sides;
  if (given === undefined && typeof height === 'number' && typeof width === 'number')
    return height === width ? height : [height, width];
  if (given !== undefined && sides.every((side) => typeof side !== 'number' || side === given)) return given;
  throw unsaid(
    '--image-size',
    `must be the side of the images, whose axes are ${sides.join(' and ')}`,
    `${given ?? 'none'}`,
  );
}

function classesOf({ classes }: CutSettings): number {
  if (classes !== undefined) return classes;
  throw unsaid('--classes', 'must say how many classes the network knows', 'none');
}

function unsaid(where: string, expected: string, received: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', { where, expected, received });
}

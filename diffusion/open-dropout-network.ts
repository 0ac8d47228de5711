import { readFile } from 'node:fs/promises';
import { defined } from '../defined.js';
import { OptionError } from '../errors.js';
import { type DropoutSite, withDropoutMasks } from '../onnx/dropout-masks.js';
import { externalWeights } from '../onnx/external-weights.js';
import type { OnnxSession, SessionOptions, Tensor } from '../onnx/onnx-session.js';
import { openSessionInThread } from '../onnx/open-session-apart.js';
import { type Denoiser, imageSides } from './denoiser.js';
import type { PredictingDenoiser } from './denoiser-predictor.js';
import { networkDenoiser } from './network-denoiser.js';

/** A denoiser with its dropout at work, under masks that are given. */
export interface DropoutNetwork {
  /** its dropouts, in the order of the graph: chance that a value is dropped, and shape of the value of one image */
  readonly sites: readonly { readonly rate: number; readonly shape: readonly number[] }[];
  /**
   * The network that is left when values are dropped; kept ones are multiplied by 1/(1 − rate).
   *
   * @param masks  one for each site, (n, values of one image): 1 kept, 0 dropped; it takes batches of n images
   */
  masked(masks: readonly Uint8Array[]): PredictingDenoiser;
  close(): Promise<void>;
}

/**
 * Opens a denoiser's file once more, with masks as inputs where it has dropout. Costs its weights in memory once more.
 *
 * @throws OptionError CONFLICTING_OPTIONS if it has no dropout, or its weights are in a second file
 */
export async function openDropoutNetwork(
  path: string,
  denoiser: Pick<Denoiser, 'description' | 'sha256' | 'lastLayer'>,
  options: SessionOptions = {},
): Promise<DropoutNetwork> {
  if ((await externalWeights(path)).length > 0)
    throw refused(
      path,
      'must hold its weights itself for its dropout to be drawn',
      'weights in a second file',
    );
  const { model, sites } = withDropoutMasks(await readFile(path), path);
  if (sites.length === 0)
    throw refused(
      path,
      'must have dropout layers to draw networks by dropping values',
      'none',
      'Convert its checkpoint with --dropout P, the chance that it was trained with.',
    );
  const session = await openSessionInThread(model, options);
  try {
    const { description, sha256 } = denoiser;
    const facts = { path, description, sha256, weights: denoiser.lastLayer() };
    const shapes = await siteShapes(session, sites, denoiser);
    return {
      sites: sites.map(({ rate }, i) => ({ rate, shape: shapes[i]! })),
      masked: (masks) =>
        networkDenoiser(
          withMasks(session, sites, (i) => {
            const size = shapes[i]!.reduce((product, side) => product * side, 1);
            return { dims: [masks[i]!.length / size, ...shapes[i]!], data: masks[i]! };
          }),
          facts,
        ),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The session with its masks fed, so that its other inputs are those of the denoiser. */
function withMasks(
  session: OnnxSession,
  sites: readonly DropoutSite[],
  mask: (site: number) => Tensor,
): OnnxSession {
  const isMask = (name: string) => sites.some((site) => site.mask === name);
  const masks = Object.fromEntries(sites.map((site, i) => [site.mask, mask(i)]));
  return {
    ...session,
    inputs: session.inputs.filter(({ name }) => !isMask(name)),
    run: (feeds, outputs) => session.run({ ...feeds, ...masks }, outputs),
  };
}

/** Shapes of one image's values at the sites, from a run that drops nothing. */
async function siteShapes(
  session: OnnxSession,
  sites: readonly DropoutSite[],
  { description }: Pick<Denoiser, 'description'>,
): Promise<readonly (readonly number[])[]> {
  const all = withMasks(session, sites, () => ({ dims: [1], data: Uint8Array.of(1) }));
  const { inputs, channels } = description;
  const [height, width] = imageSides(description);
  const time = session.inputs.find(({ name }) => name === inputs.t)!.type;
  const results = await all.run(
    {
      [inputs.x]: {
        dims: [1, channels, height, width],
        data: new Float32Array(channels * height * width),
      },
      [inputs.t]: { dims: [1], data: zero(time) },
      ...(inputs.y === undefined ? {} : { [inputs.y]: { dims: [1], data: zero('int64') } }),
    },
    sites.map(({ shape }) => shape),
  );
  return sites.map(({ shape }) => Array.from(results[shape]!.data as BigInt64Array, Number).slice(1));
}

function zero(type: string): Tensor['data'] {
  return type === 'int64' ? BigInt64Array.of(0n) : type === 'int32' ? Int32Array.of(0) : Float32Array.of(0);
}

function refused(where: string, expected: string, received: string, help?: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where,
    expected,
    received,
    ...defined({ help }),
  });
}

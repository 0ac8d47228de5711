import { OptionError } from '../../errors.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import type { BetaSchedule, DenoiserDescription } from '../denoiser.js';
import type { DenoiserArchitecture } from './denoiser-settings.js';
import type { Block, UNet } from './u-net.js';
import { addUNet } from './u-net-graph.js';

/** A denoiser as a graph whose weights are read when it is written, with what its sidecar says of it. */
export interface DenoiserPlan {
  readonly architecture: DenoiserArchitecture;
  /** for people */
  readonly title: string;
  /** inputs `x`, `t` and, with classes, `y`; outputs `epsilon` and `features` */
  readonly graph: GraphBuilder;
  /** null of a transformer */
  readonly network: UNet | null;
  readonly description: Omit<DenoiserDescription, 'id'>;
  /** what neither the file nor the settings say and was taken from its kind, in sentences */
  readonly assumptions: readonly string[];
}

/**
 * The plan of a U-Net that predicts noise.
 *
 * @throws OptionError CONFLICTING_OPTIONS if the images cannot be halved as often as the network halves them
 */
export function uNetPlan(parts: {
  readonly architecture: DenoiserArchitecture;
  readonly name: string;
  readonly network: UNet;
  readonly imageSize: number | readonly [number, number];
  readonly schedule: BetaSchedule;
  readonly assumptions: readonly string[];
}): DenoiserPlan {
  const { architecture, name, network, imageSize, schedule, assumptions } = parts;
  const [height, width] = typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
  requireHalving(network, [height, width]);
  const graph = new GraphBuilder({ name: architecture });
  addUNet(graph, network, [height, width]);
  const { channels, classes, down, outConvolution } = network;
  const [outChannels, features] = outConvolution.weight.shape as readonly [number, number];
  const count = classes?.table.shape[0] ?? null;
  const residuals = down.flat().filter(({ kind }) => kind === 'residual').length;
  return {
    architecture,
    title:
      `${name}, ${features} channels, ${residuals} blocks down, ${height} × ${width} px` +
      `${count === null ? '' : `, ${count} classes`}${outChannels === channels ? '' : ', learned variance'}`,
    graph,
    network,
    description: {
      kind: 'denoiser',
      inputs: { x: 'x', t: 't', ...(count === null ? {} : { y: 'y' }) },
      outputs: { epsilon: 'epsilon', features: 'features' },
      imageSize,
      channels,
      classes: count,
      prediction: 'epsilon',
      schedule,
      lastLayer: {
        kind: 'convolution',
        inputChannels: features,
        outputChannels: channels,
        kernel: [3, 3],
        padding: [1, 1],
        weight: `${outConvolution.name}.weight`,
        bias: `${outConvolution.name}.bias`,
      },
    },
    assumptions,
  };
}

function requireHalving({ down }: UNet, sides: readonly [number, number]): void {
  const halves = (block: Block) =>
    block.kind === 'downsampling' || (block.kind === 'residual' && block.resampling === 'down');
  const factor = 2 ** down.flat().filter(halves).length;
  if (sides.every((side) => side % factor === 0)) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: '--image-size',
    expected: `must be a multiple of ${factor}, by which the network makes images smaller`,
    received: sides.join(' × '),
  });
}

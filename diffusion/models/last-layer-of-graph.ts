import { OptionError } from '../../errors.js';
import type { GraphOutline, Initializer } from '../../onnx/initializers.js';
import type { NodeProto } from '../../onnx/onnx-schema.js';
import type { LastLayerDescription } from '../denoiser.js';

/** Operators between a last layer and the noise that move values and change none. */
const MOVING = new Set(['Identity', 'Cast', 'Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze']);
/** Operators that leave some channels out. */
const CHOOSING = new Set(['Slice', 'Split', 'Gather']);

/** The last layer that a graph ends in. */
export interface FoundLastLayer {
  /** name of the value that goes into it */
  readonly features: string;
  readonly description: LastLayerDescription;
  /** whether the layer gives a variance's channels too that the output still has */
  readonly outputHolds: 'noise' | 'noise and variance';
}

/**
 * Goes back from a network's noise to the convolution, Gemm or MatMul that makes it.
 *
 * @param channels  of the images
 * @throws OptionError CONFLICTING_OPTIONS naming the node that no last layer may be followed by, or what the layer lacks
 */
export function lastLayerOfGraph(
  outline: GraphOutline,
  { path, epsilon, channels }: { readonly path: string; readonly epsilon: string; readonly channels: number },
): FoundLastLayer {
  const producers = new Map(outline.graph.node.flatMap((node) => node.output.map((name) => [name, node])));
  let value = epsilon;
  let bias: Initializer | null = null;
  let isChosen = false;
  for (;;) {
    const node = producers.get(value);
    if (node === undefined) throw refused(path, `${value} must be made by a node`, 'an input of the network');
    if (node.opType === 'Conv' || node.opType === 'Gemm' || node.opType === 'MatMul') {
      const layer = new LastLayer(outline, producers, path, node, channels);
      const description = node.opType === 'Conv' ? layer.convolution(bias) : layer.linear(bias);
      const rows = layer.outputs(description);
      const declared = declaredChannels(outline, epsilon);
      return {
        features: node.input[0]!,
        description,
        outputHolds: (declared ?? (isChosen ? channels : rows)) === channels ? 'noise' : 'noise and variance',
      };
    }
    if (node.opType === 'Add') {
      const weight = node.input
        .map((name) => outline.initializers.get(name))
        .find((found) => found !== undefined);
      const other = node.input.find((name) => !outline.initializers.has(name));
      if (weight === undefined || other === undefined || bias !== null)
        throw refused(path, 'the noise must be what one last layer gives', `the sum ${node.name || value}`);
      [bias, value] = [weight, other];
      continue;
    }
    if (!MOVING.has(node.opType) && !CHOOSING.has(node.opType))
      throw refused(
        path,
        'the noise must be what a last Conv, Gemm or MatMul gives, reshaped at most',
        `${node.opType} ${node.name || value} after it`,
      );
    isChosen ||= CHOOSING.has(node.opType);
    value = node.input[0]!;
  }
}

class LastLayer {
  readonly #outline: GraphOutline;
  readonly #producers: ReadonlyMap<string, NodeProto>;
  readonly #path: string;
  readonly #node: NodeProto;
  readonly #channels: number;

  constructor(
    outline: GraphOutline,
    producers: ReadonlyMap<string, NodeProto>,
    path: string,
    node: NodeProto,
    channels: number,
  ) {
    this.#outline = outline;
    this.#producers = producers;
    this.#path = path;
    this.#node = node;
    this.#channels = channels;
  }

  convolution(added: Initializer | null): LastLayerDescription {
    const weight = this.#weight(1);
    const [out, inputChannels, ...kernel] = weight.shape as [number, number, number, number];
    const pads =
      this.#integers('pads') ?? (this.#text('auto_pad')?.startsWith('SAME') ? undefined : [0, 0, 0, 0]);
    const [height, width] = pads ?? kernel.flatMap((side) => [(side - 1) / 2]);
    const isPlain =
      kernel.length === 2 &&
      [...(this.#integers('strides') ?? []), ...(this.#integers('dilations') ?? [])].every(
        (step) => step === 1,
      ) &&
      (this.#integers('group')?.[0] ?? 1) === 1 &&
      [height, width].every((pad, axis) => kernel[axis] === 2 * pad! + 1) &&
      (pads === undefined || (pads[0] === pads[2] && pads[1] === pads[3]));
    if (!isPlain)
      throw refused(
        this.#path,
        'the last convolution must be plain: 2-d, stride 1, one group, padded to keep the size',
        `${this.#node.name || this.#node.output[0]}`,
      );
    this.#requireOutputs(out, weight.name);
    if (added !== null && !isOfChannels(added.shape, out))
      throw refused(
        this.#path,
        `${added.name}, which is added to the last convolution, must be a bias: a value for each of ${out} channels, (${out}, 1, 1)`,
        `shape (${added.shape.join(', ')})`,
      );
    return {
      kind: 'convolution',
      inputChannels,
      outputChannels: this.#channels,
      kernel: kernel as [number, number],
      padding: [height!, width!],
      weight: weight.name,
      bias: this.#bias(added),
    };
  }

  linear(added: Initializer | null): LastLayerDescription {
    const weight = this.#weight(1);
    const isTurned = this.#node.opType === 'Gemm' && this.#integers('transB')?.[0] === 1;
    const [first, second] = weight.shape as [number, number];
    const [outputs, inputFeatures] = isTurned ? [first, second] : [second, first];
    const allChannels = [1, 2]
      .map((times) => times * this.#channels)
      .find((all) => Number.isInteger(Math.sqrt(outputs / all)));
    if (weight.shape.length !== 2 || allChannels === undefined)
      throw refused(
        this.#path,
        `${weight.name} must give the pixels of square patches of ${this.#channels} channels, or of twice as many`,
        `shape (${weight.shape.join(', ')})`,
      );
    return {
      kind: 'linear',
      inputFeatures,
      outputChannels: this.#channels,
      allChannels,
      patch: Math.sqrt(outputs / allChannels),
      weight: weight.name,
      weightAxes: isTurned ? 'output-input' : 'input-output',
      bias: this.#bias(added),
    };
  }

  /** Channels that the layer gives. */
  outputs(description: LastLayerDescription): number {
    return description.kind === 'linear' ? description.allChannels : this.#weight(1).shape[0]!;
  }

  /** Name of the bias, the node's own or one added after it. */
  #bias(added: Initializer | null): string | null {
    const name = this.#node.opType === 'MatMul' ? '' : (this.#node.input[2] ?? ''); // '' is ONNX's input that is left out
    if (name === '') return added?.name ?? null;
    const own = this.#weight(2).name;
    if (added === null) return own;
    throw refused(
      this.#path,
      'the last layer must have one bias',
      `${own} of its own and ${added.name} added`,
    );
  }

  /** An initializer that the node takes, perhaps by way of a copy or a cast. */
  #weight(index: number): Initializer {
    let name = this.#node.input[index]!;
    for (
      let producer = this.#producers.get(name);
      producer !== undefined;
      producer = this.#producers.get(name)
    ) {
      if (producer.opType !== 'Identity' && producer.opType !== 'Cast') break;
      name = producer.input[0]!;
    }
    const found = this.#outline.initializers.get(name);
    if (found !== undefined) return found;
    throw refused(
      this.#path,
      'the last layer’s weights must be initializers of the network',
      `${name}, computed`,
    );
  }

  #requireOutputs(out: number, name: string): void {
    if (out === this.#channels || out === 2 * this.#channels) return;
    throw refused(
      this.#path,
      `${name} must give ${this.#channels} channels, or ${2 * this.#channels} with a variance`,
      `${out}`,
    );
  }

  #integers(name: string): readonly number[] | undefined {
    const attribute = this.#node.attribute.find((candidate) => candidate.name === name);
    if (attribute === undefined) return undefined;
    return attribute.ints.length > 0 ? attribute.ints.map(Number) : [Number(attribute.i)];
  }

  #text(name: string): string | undefined {
    const attribute = this.#node.attribute.find((candidate) => candidate.name === name);
    return attribute === undefined ? undefined : new TextDecoder().decode(attribute.s);
  }
}

/** Whether a shape gives (n, channels, H, W) one value for each channel when it is added. */
function isOfChannels(shape: readonly number[], channels: number): boolean {
  return shape.at(-3) === channels && shape.every((side, axis) => side === 1 || axis === shape.length - 3);
}

/** Length of the second axis of an output, if the file says it. */
function declaredChannels({ graph }: GraphOutline, name: string): number | undefined {
  const type = graph.output.find((output) => output.name === name)?.type?.value;
  const dim = type?.case === 'tensorType' ? type.value.shape?.dim[1]?.value : undefined;
  return dim?.case === 'dimValue' ? Number(dim.value) : undefined;
}

function refused(where: string, expected: string, received: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where,
    expected,
    received,
    help: 'Name the output of the noise by --epsilon, or export the network so that it ends in its last layer.',
  });
}

import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { ShapeError } from '../errors.js';
import { bytesOf, ELEMENT_TYPES, type ElementType, type TensorData } from './element-type.js';
import { type ExternalData, encodedModel, type OnnxModel, type Weight } from './onnx-model.js';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx-schema.js';

/** Name of a value that flows through a graph: what a node gives, and what the next one takes. */
export type GraphValue = string;

/** A number is an exact float; integers are bigints, so that `alpha: 1` and `axis: 1n` cannot be mixed up. */
export type AttributeValue =
  | number
  | bigint
  | string
  | readonly number[]
  | readonly bigint[]
  | readonly string[];

/** Element type and shape of an input or output; a string is a size known only when run, such as `n`. */
export interface ValueType {
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

/** A constant of the graph, row-major: its elements at hand, or read when the model is written. */
export type Constant =
  | { readonly type: ElementType; readonly shape: readonly number[]; readonly data: TensorData }
  | {
      readonly type: ElementType;
      readonly shape: readonly number[];
      /** little-endian bytes */
      readonly read: () => Promise<Uint8Array>;
    };

export interface GraphSettings {
  readonly name: string;
  /** operators of this version of the standard; 17 has LayerNormalization */
  readonly opset?: number;
  /** said in the file: who made it and from what */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * An ONNX graph, node by node: each call names a value, later calls take it.
 *
 * Weights are written after each other and never gathered in one message, so that memory stays at the largest weight
 * when they are read lazily, and at the weights themselves when they are at hand.
 *
 * @throws ShapeError SHAPE_MISMATCH if a constant's data and shape differ
 *
 * @example
 * const graph = new GraphBuilder({ name: 'gram' });
 * const x = graph.input('x', { type: 'float64', shape: ['n', 'd'] });
 * const transposed = graph.node('Transpose', [x], { perm: [1n, 0n] });
 * graph.output('gram', graph.node('MatMul', [transposed, x]), { type: 'float64', shape: ['d', 'd'] });
 * const session = await InferenceSession.create(await modelBytes(graph.model()));
 */
export class GraphBuilder {
  readonly #settings: GraphSettings;
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #nodes: NodeProto[] = [];
  readonly #weights: Weight[] = [];
  readonly #names = new Set<string>();

  constructor(settings: GraphSettings) {
    this.#settings = settings;
  }

  /** What the caller feeds. */
  input(name: string, type: ValueType): GraphValue {
    this.#inputs.push(valueInfo(this.#claimed(name), type));
    return name;
  }

  /** A value as a result under a name of its own. */
  output(name: string, value: GraphValue, type: ValueType): void {
    this.#outputs.push(valueInfo(this.#claimed(name), type));
    this.#nodes.push(create(NodeProtoSchema, { opType: 'Identity', input: [value], output: [name], name }));
  }

  /** A weight. */
  constant(name: string, constant: Constant): GraphValue {
    const { type, shape } = constant;
    const byteLength = shape.reduce((product, side) => product * side, ELEMENT_TYPES[type].bytes);
    if ('data' in constant && constant.data.byteLength !== byteLength) {
      throw new ShapeError('SHAPE_MISMATCH', {
        where: `constant ${name}`,
        expected: `${type} of shape (${shape.join(', ')}) must take ${byteLength} bytes`,
        received: `${constant.data.byteLength}`,
      });
    }
    const read =
      'data' in constant
        ? async () => bytesOf(constant.data)
        : async () => wholly(name, await constant.read(), byteLength);
    this.#weights.push({ name: this.#claimed(name), type, shape, byteLength, read });
    return name;
  }

  /** Shapes, axes, indices: a 1-d int64 constant, or a scalar. */
  integers(values: readonly number[] | number): GraphValue {
    const list = typeof values === 'number' ? [values] : values;
    const shape = typeof values === 'number' ? [] : [list.length];
    const data = BigInt64Array.from(list, (value) => BigInt(value));
    return this.constant(this.#fresh('integers'), { type: 'int64', shape, data });
  }

  /** A scalar constant. */
  scalar(value: number, type: 'float32' | 'float64' = 'float32'): GraphValue {
    const data = type === 'float32' ? Float32Array.of(value) : Float64Array.of(value);
    return this.constant(this.#fresh('scalar'), { type, shape: [], data });
  }

  /** One node with one result. An empty input stands for an optional one left out. */
  node(
    operator: string,
    inputs: readonly GraphValue[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): GraphValue {
    return this.nodeWith({ operator, inputs, attributes, outputs: 1 })[0]!;
  }

  /** One node with several results. */
  nodeWith(node: {
    readonly operator: string;
    readonly inputs: readonly GraphValue[];
    readonly attributes?: Readonly<Record<string, AttributeValue>>;
    readonly outputs: number;
  }): readonly GraphValue[] {
    const outputs = Array.from({ length: node.outputs }, () => this.#claimed(this.#fresh(node.operator)));
    this.#nodes.push(
      create(NodeProtoSchema, {
        opType: node.operator,
        name: outputs[0]!,
        input: [...node.inputs],
        output: outputs,
        attribute: Object.entries(node.attributes ?? {}).map(([key, value]) => attribute(key, value)),
      }),
    );
    return outputs;
  }

  /** Bytes of all constants. */
  get weightBytes(): number {
    return this.#weights.reduce((total, { byteLength }) => total + byteLength, 0);
  }

  /**
   * The finished graph. Above 2 GiB ONNX needs its weights in a second file: give `externalData` its name.
   *
   * @throws OptionError OUT_OF_RANGE if the weights exceed 2 GiB and no second file was named
   */
  model(options: { readonly externalData?: ExternalData } = {}): OnnxModel {
    const { name, opset = 17, metadata = {} } = this.#settings;
    const graph = create(GraphProtoSchema, {
      name,
      node: this.#nodes,
      input: this.#inputs,
      output: this.#outputs,
    });
    return encodedModel({ graph, weights: this.#weights, opset, metadata, ...options });
  }

  #claimed(name: string): string {
    if (this.#names.has(name)) throw new Error(`graph ${this.#settings.name}: two values named ${name}`);
    this.#names.add(name);
    return name;
  }

  #fresh(stem: string): string {
    let i = this.#names.size;
    while (this.#names.has(`${stem}_${i}`)) i++;
    return `${stem}_${i}`;
  }
}

function wholly(name: string, bytes: Uint8Array, byteLength: number): Uint8Array {
  if (bytes.byteLength === byteLength) return bytes;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: `constant ${name}`,
    expected: `reading it must give ${byteLength} bytes`,
    received: `${bytes.byteLength}`,
  });
}

function valueInfo(name: string, { type, shape }: ValueType): ValueInfoProto {
  const dim = shape.map((side) => ({
    value:
      typeof side === 'number'
        ? ({ case: 'dimValue', value: BigInt(side) } as const)
        : ({ case: 'dimParam', value: side } as const),
  }));
  const tensor = { elemType: ELEMENT_TYPES[type].code, shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensor } } });
}

function attribute(name: string, value: AttributeValue) {
  return create(AttributeProtoSchema, { name, ...attributeContent(value) });
}

function attributeContent(value: AttributeValue): MessageInitShape<typeof AttributeProtoSchema> {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const kind = AttributeProto_AttributeType;
  if (typeof value === 'number') return { type: kind.FLOAT, f: value };
  if (typeof value === 'bigint') return { type: kind.INT, i: value };
  if (typeof value === 'string') return { type: kind.STRING, s: utf8(value) };
  if (value.every((item) => typeof item === 'number')) return { type: kind.FLOATS, floats: [...value] };
  if (value.every((item) => typeof item === 'bigint')) return { type: kind.INTS, ints: [...value] };
  return { type: kind.STRINGS, strings: value.map((item) => utf8(String(item))) };
}

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { OptionError } from '../errors.js';
import { bytesOf, ELEMENT_TYPES } from './element-type.js';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from './onnx-schema.js';

/** A dropout of a network, made a product with a mask that is given. */
export interface DropoutSite {
  /** name of the input: uint8, of the value's shape or one number, 1 where a value is kept and 0 where it is dropped */
  readonly mask: string;
  /** name of an output, int64: the value's shape */
  readonly shape: string;
  /** chance that a value is dropped */
  readonly rate: number;
}

/**
 * A network whose dropouts are at work: each `Dropout` of the graph becomes x · mask/(1 − rate), as in training, and its masks become
 * inputs, so that chance is an argument. A rate of 0 is left as it is. Sites are in the order of the nodes.
 *
 * @param model  an ONNX file with its weights inside, float32 where values are dropped
 * @param path   for errors
 * @throws OptionError CONFLICTING_OPTIONS if a rate is computed, not a constant
 *
 * Source: Dropout-13 of ONNX, and torch.nn.functional.dropout.
 */
export function withDropoutMasks(
  model: Uint8Array,
  path: string,
): { readonly model: Uint8Array; readonly sites: readonly DropoutSite[] } {
  const proto = fromBinary(ModelProtoSchema, model);
  const { graph } = proto;
  const sites: DropoutSite[] = [];
  if (graph === undefined) return { model, sites };
  const nodes: NodeProto[] = [];
  for (const node of graph.node) {
    const rate = node.opType === 'Dropout' ? rateOf(node, graph, path) : 0;
    if (rate === 0) {
      nodes.push(node);
      continue;
    }
    const name = `dropout.${sites.length}`;
    const site = { mask: `${name}.mask`, shape: `${name}.shape`, rate };
    sites.push(site);
    graph.initializer.push(scalar(`${name}.scale`, 1 / (1 - rate)));
    nodes.push(...maskedNodes(node, site, name));
    graph.input.push(declared(site.mask, ELEMENT_TYPES.uint8.code));
    graph.output.push(declared(site.shape, ELEMENT_TYPES.int64.code));
  }
  graph.node = nodes;
  return { model: toBinary(ModelProtoSchema, proto), sites };
}

/** value · (mask · scale), under the name that the dropout's result has. */
function maskedNodes({ input, output }: NodeProto, { mask, shape }: DropoutSite, name: string): NodeProto[] {
  const [value] = input;
  const node = (opType: string, inputs: string[], result: string) =>
    create(NodeProtoSchema, { opType, name: `${name}.${opType}.${result}`, input: inputs, output: [result] });
  const to = create(AttributeProtoSchema, {
    name: 'to',
    type: AttributeProto_AttributeType.INT,
    i: BigInt(ELEMENT_TYPES.float32.code),
  });
  return [
    { ...node('Cast', [mask], `${name}.kept`), attribute: [to] },
    node('Mul', [`${name}.kept`, `${name}.scale`], `${name}.factor`),
    node('Mul', [value!, `${name}.factor`], output[0]!),
    node('Shape', [value!], shape),
  ];
}

/** The second input since opset 12, an attribute before it; 0.5 where neither is there. */
function rateOf(node: NodeProto, { initializer, node: nodes }: GraphProto, path: string): number {
  const attribute = node.attribute.find(({ name }) => name === 'ratio');
  if (attribute !== undefined) return attribute.f;
  const name = node.input[1] ?? '';
  if (name === '') return 0.5;
  const constant = nodes.find(({ opType, output }) => opType === 'Constant' && output[0] === name);
  const tensor =
    initializer.find((candidate) => candidate.name === name) ??
    constant?.attribute.find((candidate) => candidate.name === 'value')?.t;
  const rate = tensor === undefined ? undefined : firstNumber(tensor);
  if (rate !== undefined && rate >= 0 && rate < 1) return rate;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: path,
    expected: `the rate of its dropout ${node.name || node.output[0]} must be a constant from 0 to less than 1`,
    received: rate === undefined ? `${name}, computed` : `${rate}`,
  });
}

function firstNumber({ dataType, rawData, floatData, doubleData }: TensorProto): number | undefined {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  if (dataType === ELEMENT_TYPES.float32.code)
    return rawData.length > 0 ? view.getFloat32(0, true) : floatData[0];
  if (dataType === ELEMENT_TYPES.float64.code)
    return rawData.length > 0 ? view.getFloat64(0, true) : doubleData[0];
  return undefined;
}

function scalar(name: string, value: number): TensorProto {
  const dataType = ELEMENT_TYPES.float32.code;
  return create(TensorProtoSchema, { name, dataType, rawData: bytesOf(Float32Array.of(value)) });
}

function declared(name: string, elemType: number) {
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType } } } });
}

import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ELEMENT_TYPES } from './element-type.js';
import {
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './onnx-schema.js';

/** Bytes of a file by their place. */
export interface ByteSource {
  readonly size: number;
  read(start: number, length: number): Promise<Uint8Array>;
}

/** A named weight of an ONNX file: its description without its numbers, and where those are. */
export interface Initializer {
  readonly name: string;
  readonly shape: readonly number[];
  /** ONNX's code of the element type */
  readonly dataType: number;
  /** in the ONNX file, or in a second one beside it; null if they are stored one by one, in `tensor` */
  readonly raw: {
    readonly file: string | null;
    readonly offset: number;
    /** null where the file does not say it and the element type is none that the suite knows */
    readonly byteLength: number | null;
  } | null;
  readonly tensor: TensorProto;
}

/** Tag and length of a field take at most this many bytes. */
const HEADER_BYTES = 20;
/** Most fields of a graph are shorter than this, so that one read serves many. */
const WINDOW_BYTES = 1 << 14;

/** A field of a message in a file, its content not read. */
interface Field {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  /** where the field with its tag begins */
  readonly head: number;
}

/**
 * The weights named in an ONNX file, read without their numbers: a network of gigabytes costs some reads of a few bytes.
 *
 * @throws Error if the bytes are no protobuf message; opening a session says what is wrong with the file
 */
export async function* initializers(source: ByteSource): AsyncGenerator<Initializer> {
  const { graph } = ModelProtoSchema.field;
  const { initializer } = GraphProtoSchema.field;
  for await (const model of fieldsOf(source, 0, source.size)) {
    if (model.number !== graph.number) continue;
    for await (const field of fieldsOf(source, model.start, model.end)) {
      if (field.number === initializer.number) yield initializerAt(source, field);
    }
  }
}

/** An ONNX file without the numbers of its weights. */
export interface GraphOutline {
  /** nodes, inputs and outputs; no initializers */
  readonly graph: GraphProto;
  readonly initializers: ReadonlyMap<string, Initializer>;
  /** version of the standard's operators */
  readonly opset: number;
}

/**
 * A network's graph and the places of its weights, read as `initializers` reads them.
 *
 * @throws Error if the bytes are no protobuf message
 */
export async function graphOutline(source: ByteSource): Promise<GraphOutline> {
  const { graph } = ModelProtoSchema.field;
  const { initializer } = GraphProtoSchema.field;
  const [ofGraph, ofModel]: [Uint8Array[], Uint8Array[]] = [[], []];
  const found = new Map<string, Initializer>();
  const bytesOf = ({ head, end }: Field) => source.read(head, end - head);
  for await (const model of fieldsOf(source, 0, source.size)) {
    if (model.number !== graph.number) ofModel.push(await bytesOf(model));
    else
      for await (const field of fieldsOf(source, model.start, model.end)) {
        if (field.number !== initializer.number) ofGraph.push(await bytesOf(field));
        else {
          const weight = await initializerAt(source, field);
          found.set(weight.name, weight);
        }
      }
  }
  const { opsetImport } = fromBinary(ModelProtoSchema, new Uint8Array(Buffer.concat(ofModel)));
  return {
    graph: fromBinary(GraphProtoSchema, new Uint8Array(Buffer.concat(ofGraph))),
    initializers: found,
    opset: Number(opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1n),
  };
}

async function initializerAt(source: ByteSource, { start, end }: Field): Promise<Initializer> {
  const { rawData } = TensorProtoSchema.field;
  const rest: Uint8Array[] = [];
  let raw: Initializer['raw'] = null;
  for await (const field of fieldsOf(source, start, end)) {
    if (field.number === rawData.number)
      raw = { file: null, offset: field.start, byteLength: field.end - field.start };
    else rest.push(await source.read(field.head, field.end - field.head));
  }
  const tensor = fromBinary(TensorProtoSchema, new Uint8Array(Buffer.concat(rest)));
  const shape = tensor.dims.map(Number);
  const place = Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]));
  if (place['location'] !== undefined)
    raw = {
      file: place['location'],
      offset: Number(place['offset'] ?? 0),
      byteLength: place['length'] === undefined ? bytesNeeded(tensor) : Number(place['length']),
    };
  return { name: tensor.name, shape, dataType: tensor.dataType, raw, tensor };
}

/** Bytes of as many elements as a tensor's shape has, which a file beside the network need not repeat. */
function bytesNeeded({ dims, dataType }: TensorProto): number | null {
  const type = Object.values(ELEMENT_TYPES).find(({ code }) => code === dataType);
  return type === undefined ? null : dims.map(Number).reduce((count, side) => count * side, type.bytes);
}

/** The fields of a message between two places. */
async function* fieldsOf(source: ByteSource, start: number, end: number): AsyncGenerator<Field> {
  let window: { readonly start: number; readonly bytes: Uint8Array } = { start, bytes: new Uint8Array(0) };
  for (let head = start; head < end; ) {
    const needed = Math.min(head + HEADER_BYTES, end);
    if (needed > window.start + window.bytes.length)
      window = { start: head, bytes: await source.read(head, Math.min(WINDOW_BYTES, end - head)) };
    const reader = new BinaryReader(window.bytes.subarray(head - window.start));
    const [number, wireType] = reader.tag();
    const length = wireType === WireType.LengthDelimited ? reader.uint32() : 0;
    if (wireType !== WireType.LengthDelimited) reader.skip(wireType, number);
    const content = head + reader.pos;
    if (content + length > end) throw new Error(`a field of ${length} bytes reaches past byte ${end}`);
    yield { number, head, start: content, end: content + length };
    head = content + length;
  }
}

import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { OptionError } from '../errors.js';
import { ELEMENT_TYPES, type ElementType } from './element-type.js';
import {
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from './onnx-schema.js';

/** ONNX Runtime reads no protobuf message of 2 GiB or more. */
const LARGEST_MESSAGE_BYTES = 2 ** 31 - 1;
/** A page: ONNX Runtime can then map the second file instead of reading it. */
const EXTERNAL_ALIGNMENT_BYTES = 4096;
/** Shapes and other small constants stay in the graph, where shape inference finds them. */
const SMALLEST_EXTERNAL_BYTES = 1024;
/** IR 8 came with opset 17. */
const IR_VERSION = 8n;

/** A constant whose bytes are read when the model is written. */
export interface Weight {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly byteLength: number;
  readonly read: () => Promise<Uint8Array>;
}

/** A second file for the weights, beside the model. */
export interface ExternalData {
  /** its name without folder */
  readonly file: string;
}

/** A file's content in pieces, in order. */
export interface ByteStream {
  readonly byteLength: number;
  chunks(): AsyncGenerator<Uint8Array>;
}

/** A model ready to be written; `external` holds the weights when they are kept in a second file. */
export interface OnnxModel extends ByteStream {
  readonly external: (ExternalData & ByteStream) | null;
}

/** The whole model as one array, for a session made from memory. */
export async function modelBytes(model: ByteStream): Promise<Uint8Array> {
  const bytes = new Uint8Array(model.byteLength);
  let offset = 0;
  for await (const chunk of model.chunks()) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

type Piece = Uint8Array | Weight;

/**
 * A model's bytes as pieces. A protobuf message is its fields one after the other, so the weights' headers are
 * encoded alone and the raw numbers follow uncopied.
 *
 * @throws OptionError OUT_OF_RANGE if the message would exceed 2 GiB
 */
export function encodedModel(parts: {
  readonly graph: GraphProto;
  readonly weights: readonly Weight[];
  readonly opset: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly externalData?: ExternalData;
}): OnnxModel {
  const { graph, weights, opset, metadata, externalData } = parts;
  const placed = externalData === undefined ? new Map<Weight, number>() : externalOffsets(weights);
  const graphPieces: Piece[] = [
    toBinary(GraphProtoSchema, graph),
    ...weights.flatMap((weight) => weightPieces(weight, placed.get(weight), externalData)),
  ];
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'steadfid',
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const pieces: Piece[] = [
    toBinary(ModelProtoSchema, model),
    fieldHeader(ModelProtoSchema.field.graph.number, totalBytes(graphPieces)),
    ...graphPieces,
  ];
  const byteLength = totalBytes(pieces);
  if (byteLength > LARGEST_MESSAGE_BYTES) {
    throw new OptionError('OUT_OF_RANGE', {
      where: `ONNX graph ${graph.name}`,
      expected: 'one file must stay under 2 GiB',
      received: `${byteLength} bytes`,
      help: 'Keep its weights in a second file (externalData).',
    });
  }
  return {
    byteLength,
    chunks: () => chunksOf(pieces),
    external: externalData === undefined ? null : { ...externalData, ...externalStream(placed) },
  };
}

function weightPieces(
  weight: Weight,
  offset: number | undefined,
  externalData: ExternalData | undefined,
): Piece[] {
  const header = {
    name: weight.name,
    dataType: ELEMENT_TYPES[weight.type].code,
    dims: weight.shape.map((side) => BigInt(side)),
  };
  const { number: initializer } = GraphProtoSchema.field.initializer;
  if (offset !== undefined && externalData !== undefined) {
    const place = { location: externalData.file, offset: `${offset}`, length: `${weight.byteLength}` };
    const tensor = toBinary(
      TensorProtoSchema,
      create(TensorProtoSchema, {
        ...header,
        dataLocation: TensorProto_DataLocation.EXTERNAL,
        externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
      }),
    );
    return [fieldHeader(initializer, tensor.byteLength), tensor];
  }
  const tensor: Piece[] = [
    toBinary(TensorProtoSchema, create(TensorProtoSchema, header)),
    fieldHeader(TensorProtoSchema.field.rawData.number, weight.byteLength),
    weight,
  ];
  return [fieldHeader(initializer, totalBytes(tensor)), ...tensor];
}

function externalOffsets(weights: readonly Weight[]): Map<Weight, number> {
  const offsets = new Map<Weight, number>();
  let end = 0;
  for (const weight of weights.filter(({ byteLength }) => byteLength >= SMALLEST_EXTERNAL_BYTES)) {
    const offset = Math.ceil(end / EXTERNAL_ALIGNMENT_BYTES) * EXTERNAL_ALIGNMENT_BYTES;
    offsets.set(weight, offset);
    end = offset + weight.byteLength;
  }
  return offsets;
}

function externalStream(placed: ReadonlyMap<Weight, number>): ByteStream {
  const pieces: Piece[] = [];
  let end = 0;
  for (const [weight, offset] of placed) {
    if (offset > end) pieces.push(new Uint8Array(offset - end));
    pieces.push(weight);
    end = offset + weight.byteLength;
  }
  return { byteLength: end, chunks: () => chunksOf(pieces) };
}

async function* chunksOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield piece instanceof Uint8Array ? piece : await piece.read();
}

function totalBytes(pieces: readonly Piece[]): number {
  return pieces.reduce((total, { byteLength }) => total + byteLength, 0);
}

/** Tag and length of a length-delimited field whose content follows. */
function fieldHeader(fieldNumber: number, byteLength: number): Uint8Array {
  return new BinaryWriter().tag(fieldNumber, WireType.LengthDelimited).uint32(byteLength).finish();
}

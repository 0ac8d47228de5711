import { create, toBinary } from '@bufbuild/protobuf';
import { bytesOf, ELEMENT_TYPES } from '../../onnx/element-type.js';
import { ModelProtoSchema } from '../../onnx/onnx-schema.js';

/** A value under a new name as an output; `slice` takes a part of it along an axis. */
export interface AddedOutput {
  readonly name: string;
  readonly value: string;
  readonly slice?: { readonly axis: number; readonly start: number; readonly end: number };
}

/**
 * Bytes that give an ONNX file more outputs when they are put at its end: protobuf joins the lists of a message that a file
 * holds in two pieces, so that what is there already stays as it is.
 */
export function outputsSuffix(outputs: readonly AddedOutput[]): Uint8Array {
  const { int64, float32 } = ELEMENT_TYPES;
  const graph = {
    node: outputs.map(({ name, value, slice }) => ({
      name,
      opType: slice === undefined ? 'Identity' : 'Slice',
      input:
        slice === undefined ? [value] : [value, ...['start', 'end', 'axis'].map((part) => `${name}.${part}`)],
      output: [name],
    })),
    initializer: outputs.flatMap(({ name, slice }) =>
      slice === undefined
        ? []
        : (['start', 'end', 'axis'] as const).map((part) => ({
            name: `${name}.${part}`,
            dataType: int64.code,
            dims: [1n],
            rawData: bytesOf(BigInt64Array.of(BigInt(slice[part]))),
          })),
    ),
    output: outputs.map(({ name }) => ({
      name,
      type: { value: { case: 'tensorType' as const, value: { elemType: float32.code } } },
    })),
  };
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph }));
}

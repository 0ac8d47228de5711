/** A tensor as a view into a storage; counts are of elements. */
export interface StridedView {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

/** torch's own limit is 64: what walks over axes need not fear more. */
export const MOST_AXES = 64;

/** How many elements a shape holds. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Where a view begins and ends in its storage: [start, end) in elements; empty for an empty tensor. */
export function viewSpan({ offset, shape, stride }: StridedView): {
  readonly start: number;
  readonly end: number;
} {
  if (elementCount(shape) === 0) return { start: offset, end: offset };
  return {
    start: offset,
    end: offset + 1 + shape.reduce((last, side, i) => last + (side - 1) * stride[i]!, 0),
  };
}

/** Whether a view's elements lie row-major and without gaps. */
export function isContiguous({ shape, stride }: StridedView): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

/**
 * A view's elements gathered row-major.
 *
 * @param bytes  the storage from the view's first element to its last
 */
export function gatheredBytes(bytes: Uint8Array, view: StridedView, elementBytes: number): Uint8Array {
  const count = elementCount(view.shape);
  const gathered = new Uint8Array(count * elementBytes);
  const { shape, stride } = view;
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let i = 0; i < count; i++) {
    for (let b = 0; b < elementBytes; b++) {
      gathered[i * elementBytes + b] = bytes[from * elementBytes + b]!;
    }
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= stride[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return gathered;
}

import type { OnnxModel } from '../../onnx/onnx-model.js';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import type { ClipSettings } from '../networks/clip.js';
import type { InceptionTap } from '../networks/inception.js';
import type { NetworkPlan } from '../networks/network-plan.js';

/** What a checkpoint is to be read as. */
export type Conversion =
  | { readonly architecture: 'inception'; readonly tap?: InceptionTap }
  | ({ readonly architecture: 'clip' } & ClipSettings)
  | { readonly architecture: 'dinov2' };

/** Above this the weights go to a second file; ONNX's own limit is 2 GiB with everything else in it. */
const MOST_WEIGHTS_IN_ONE_FILE = 2_000_000_000;

/**
 * The network in a checkpoint. The same checkpoint and conversion give the same bytes on every machine.
 *
 * @throws InputError UNREADABLE_FILE if the checkpoint holds another network
 */
export async function networkPlan(checkpoint: Checkpoint, conversion: Conversion): Promise<NetworkPlan> {
  switch (conversion.architecture) {
    case 'inception':
      return (await import('../networks/inception.js')).inceptionPlan(checkpoint, {
        tap: conversion.tap ?? '2048',
      });
    case 'clip':
      return (await import('../networks/clip.js')).clipPlan(checkpoint, conversion);
    case 'dinov2':
      return (await import('../networks/dinov2.js')).dinov2Plan(checkpoint);
  }
}

/** The network as files to write; `weightsFile` is the name of the second one, taken only where it is needed. */
export function networkModel({ graph }: NetworkPlan, weightsFile: string): OnnxModel {
  return graph.weightBytes > MOST_WEIGHTS_IN_ONE_FILE
    ? graph.model({ externalData: { file: weightsFile } })
    : graph.model();
}

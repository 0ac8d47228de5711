/** Flags of pytorch-fid, torch-fidelity, clean-fid, diffusers and guided-diffusion that people type from habit, and what says the same here. */
const FOREIGN: Readonly<Record<string, string>> = {
  '--gpu': '--device cuda, with CUDA_VISIBLE_DEVICES for a certain one',
  '--cpu': '--device cpu',
  '--dims':
    '--encoder inception-v3-fid for 2048, and --encoder inception-v3-fid-768 for the layer of 768; score has --dims',
  '--num-workers': '--threads N; images are decoded on all cores',
  '--save-stats': 'a command: steadfid stats IMAGES -o stats.npz',
  '--input1': 'an argument: steadfid score REFERENCE GENERATED, where input1 is GENERATED',
  '--input2': 'an argument: steadfid score REFERENCE GENERATED, where input2 is REFERENCE',
  '--fid': '--metric fid',
  '--isc': '--metric is',
  '--kid': '--metric kid',
  '--prc': '--metric precision-recall',
  '--mind': '--metric mind',
  '--rng-seed': '--seed N',
  '--feature-extractor': '--encoder ID',
  '--cache-root': '--cache DIR',
  '--samples-find-deep': 'not needed: folders are searched through',
  '--silent': '--quiet',
  '--save-cpu-ram': 'not needed: memory does not grow with the images',
  '--num-inference-steps': '--steps N',
  '--guidance-scale': '--guidance S',
  '--class-labels': '--class N',
  '--num-samples': '-n N',
  '--timestep-respacing': '--steps N',
  '--use-ddim': '--sampler ddim, which is the default',
  '--model-path': '--denoiser net.onnx, made by steadfid models convert',
  '--fdir1': 'an argument: steadfid score REFERENCE GENERATED',
  '--fdir2': 'an argument: steadfid score REFERENCE GENERATED',
};

/** What says here what a flag of another tool says there; undefined for flags of no tool that is known. */
export function flagHere(name: string): string | undefined {
  return FOREIGN[name.replaceAll('_', '-')];
}

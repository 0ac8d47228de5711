import { DENOISER_ARCHITECTURES } from '../../diffusion/networks/denoiser-settings.js';
import { command } from '../command.js';
import { choiceFlag, textFlag } from '../flag.js';
import { force, json, models as modelsFlag, outputFile, quiet } from '../flags.js';
import { DENOISER_FLAGS } from './denoiser-flags.js';

/** What `models convert --as` takes. */
export const CHECKPOINT_KINDS = ['inception', 'clip', 'dinov2', ...DENOISER_ARCHITECTURES] as const;

export const MODELS_FLAGS = {
  from: textFlag({
    name: 'from',
    placeholder: 'URL|FILE',
    help: 'pull: take the checkpoint from this address or file instead of its authors’; ending in / a folder of them',
    group: 'What to compute',
    absent: undefined,
  }),
  as: choiceFlag({
    name: 'as',
    choices: CHECKPOINT_KINDS,
    help: `convert: what the checkpoint is; ${DENOISER_ARCHITECTURES.join(', ')} are denoisers`,
    group: 'What to compute',
    absent: undefined,
  }),
  activation: choiceFlag({
    name: 'activation',
    choices: ['quick-gelu', 'gelu'],
    help: 'convert a CLIP: quick-gelu for OpenAI’s weights, gelu for open_clip’s (LAION, DataComp); no file says',
    group: 'What to compute',
    absent: undefined,
    absentText: 'quick-gelu',
  }),
  tap: choiceFlag({
    name: 'tap',
    choices: ['64', '192', '768', '2048', 'spatial'],
    help: 'convert an Inception: embeddings of this width, from earlier layers; spatial for sFID',
    group: 'What to compute',
    absent: undefined,
    absentText: '2048',
  }),
  id: textFlag({
    name: 'id',
    placeholder: 'NAME',
    help: 'convert: what results call the network',
    group: 'What to compute',
    absent: undefined,
    absentText: 'the published network’s, else the file’s name',
  }),
  ...DENOISER_FLAGS,
  json,
  output: outputFile,
  force,
  models: modelsFlag,
  quiet,
};

export const models = command({
  name: 'models',
  summary: 'fetch, convert and check the published networks',
  details: `list     the published networks, and which of them are on this machine
pull     fetch a published checkpoint, check its SHA-256, write it as ONNX
convert  write any such checkpoint as ONNX, with the .json that --encoder or --denoiser reads beside it
cut      give any ONNX denoiser an output of its last layer's input, and the .json that --denoiser reads
verify   read every byte of what is on this machine and say whether it is official

Weights are read by TypeScript; nothing in a checkpoint is ever run.`,
  arguments: [
    { name: 'action', help: 'list, pull, convert, cut or verify', count: 'one' },
    {
      name: 'names',
      help: 'ids for pull and verify, a checkpoint for convert, a .onnx file for cut, .onnx files for verify',
      count: 'any',
    },
  ],
  flags: MODELS_FLAGS,
  examples: [
    'steadfid models list',
    'steadfid models pull inception-v3-fid clip-vit-l-14-336',
    'steadfid models pull clip-vit-b-32 --from ViT-B-32.pt',
    'steadfid models convert open_clip.safetensors --as clip --activation gelu -o clip.onnx',
    'steadfid models convert ckpt.pth --as ddpm --image-size 64 -o celeba.onnx',
    'steadfid models convert 128x128_diffusion.pt --as adm --image-size 128 --heads 4 --schedule linear -o adm.onnx',
    'steadfid models cut net.onnx --schedule linear -o denoiser.onnx',
    'steadfid models verify',
  ],
  run: async (input, terminal) => (await import('./models-run.js')).runModels(input, terminal),
});

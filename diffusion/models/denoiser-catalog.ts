import type { DenoiserConversion } from './denoiser-conversion.js';

/** A file as its authors publish it. */
export interface PublishedFile {
  readonly file: string;
  readonly url: string;
  /** null where it is known only by the number of parameters */
  readonly sizeBytes: number | null;
  /** from the number of parameters, where the size is not known; null for files of a few kilobytes */
  readonly approximateBytes: number | null;
  /** what proves that a file is this one, and who states it; null where no public source does */
  readonly hash: {
    readonly algorithm: 'sha256' | 'md5';
    readonly value: string;
    readonly source: string;
  } | null;
}

/** A published denoiser. */
export interface OfficialDenoiser {
  readonly id: string;
  readonly title: string;
  readonly conversion: DenoiserConversion;
  /** the weights first, then what must stand beside them */
  readonly files: readonly [PublishedFile, ...PublishedFile[]];
  readonly license: string;
  readonly source: string;
}

const ADM_HOST = 'https://openaipublic.blob.core.windows.net/diffusion/jul-2021';
const HUGGING_FACE_HOST = 'https://huggingface.co/google';
const DDPM = 'Ho et al. 2020, arXiv:2006.11239';
const BYTES_PER_PARAMETER = 4;

/** Weights converted from the authors' TensorFlow files by pesser/pytorch_diffusion; the loader of ermongroup/ddim checks the MD5. */
function ddpm(id: string, title: string, imageSize: number, share: string, md5: string): OfficialDenoiser {
  const parameters = imageSize === 32 ? 35_746_307 : 113_673_219;
  return {
    id,
    title,
    conversion: { architecture: 'ddpm', imageSize },
    files: [
      {
        file: `${id}.ckpt`,
        url: `https://heibox.uni-heidelberg.de/f/${share}/?dl=1`,
        sizeBytes: null,
        approximateBytes: BYTES_PER_PARAMETER * parameters,
        hash: { algorithm: 'md5', value: md5, source: 'functions/ckpt_util.py of ermongroup/ddim' },
      },
    ],
    license: 'as pesser/pytorch_diffusion states',
    source: DDPM,
  };
}

/** The same networks in diffusers' form. */
function diffusers(repository: string, title: string, imageSize: number): OfficialDenoiser {
  const parameters = imageSize === 32 ? 35_746_307 : 113_673_219;
  const file = (name: string, approximateBytes: number | null): PublishedFile => ({
    file: name,
    url: `${HUGGING_FACE_HOST}/${repository}/resolve/main/${name}`,
    sizeBytes: null,
    approximateBytes,
    hash: null,
  });
  return {
    id: `diffusers-${repository}`,
    title,
    conversion: { architecture: 'diffusers-unet' },
    files: [
      file('diffusion_pytorch_model.bin', BYTES_PER_PARAMETER * parameters),
      file('config.json', null),
      file('scheduler_config.json', null),
    ],
    license: 'Apache-2.0',
    source: DDPM,
  };
}

function adm(
  file: string,
  network: Pick<OfficialDenoiser, 'id' | 'title'> & {
    readonly settings: Omit<DenoiserConversion, 'architecture'>;
    readonly parameters: number;
  } & Partial<Pick<PublishedFile, 'sizeBytes' | 'hash'>>,
): OfficialDenoiser {
  const { id, title, settings, parameters, sizeBytes = null, hash = null } = network;
  const approximateBytes = BYTES_PER_PARAMETER * parameters;
  return {
    id,
    title,
    conversion: { architecture: 'adm', attentionOrder: 'legacy', schedule: 'linear', ...settings },
    files: [{ file, url: `${ADM_HOST}/${file}`, sizeBytes, approximateBytes, hash }],
    license: 'MIT (openai/guided-diffusion)',
    source: 'Dhariwal & Nichol 2021, arXiv:2105.05233; settings from its README',
  };
}

const UNCONDITIONAL_256 = 552_814_086;
const LSUN = { settings: { imageSize: 256, headChannels: 64 }, parameters: UNCONDITIONAL_256 };

/** The published denoisers that `steadfid models pull` knows. */
export const DENOISER_CATALOG: readonly OfficialDenoiser[] = [
  ddpm('ddpm-cifar10', 'DDPM, CIFAR-10', 32, '2e4f01e2d9ee49bab1d5', '1fa350b952534ae442b1d5235cce5cd3'),
  ddpm(
    'ddpm-lsun-bedroom',
    'DDPM, LSUN bedroom',
    256,
    'b95206528f384185889b',
    '1921fa46b66a3665e450e42f36c2720f',
  ),
  ddpm('ddpm-lsun-cat', 'DDPM, LSUN cat', 256, '0701aac3aa69457bbe34', '646f23f4821f2459b8bafc57fd824558'),
  ddpm(
    'ddpm-lsun-church',
    'DDPM, LSUN church',
    256,
    '44ccb50ef3c6436db52e',
    'fdc68a23938c2397caba4a260bc2445f',
  ),
  diffusers('ddpm-cifar10-32', 'DDPM, CIFAR-10, by diffusers', 32),
  diffusers('ddpm-ema-celebahq-256', 'DDPM, CelebA-HQ, by diffusers', 256),
  diffusers('ddpm-ema-bedroom-256', 'DDPM, LSUN bedroom, by diffusers', 256),
  diffusers('ddpm-ema-church-256', 'DDPM, LSUN church, by diffusers', 256),
  adm('64x64_diffusion.pt', {
    id: 'adm-imagenet-64',
    title: 'ADM, ImageNet 64 × 64, by class',
    settings: { imageSize: 64, headChannels: 64, attentionOrder: 'new', schedule: 'cosine' },
    parameters: 295_900_000,
  }),
  adm('128x128_diffusion.pt', {
    id: 'adm-imagenet-128',
    title: 'ADM, ImageNet 128 × 128, by class',
    settings: { imageSize: 128, heads: 4 },
    parameters: 421_529_606,
  }),
  adm('256x256_diffusion.pt', {
    id: 'adm-imagenet-256',
    title: 'ADM, ImageNet 256 × 256, by class',
    settings: { imageSize: 256, headChannels: 64 },
    parameters: UNCONDITIONAL_256 + 1000 * 1024,
  }),
  adm('256x256_diffusion_uncond.pt', {
    id: 'adm-imagenet-256-unconditional',
    title: 'ADM, ImageNet 256 × 256',
    settings: { imageSize: 256, headChannels: 64 },
    parameters: UNCONDITIONAL_256,
    sizeBytes: 2_211_383_297,
    hash: {
      algorithm: 'sha256',
      value: 'a37c32fffd316cd494cf3f35b339936debdc1576dad13fe57c42399a5dbc78b1',
      source: 'independent public records that agree, disco-diffusion’s among them; its authors publish none',
    },
  }),
  adm('512x512_diffusion.pt', {
    id: 'adm-imagenet-512',
    title: 'ADM, ImageNet 512 × 512, by class',
    settings: { imageSize: 512, headChannels: 64 },
    parameters: 559_000_000,
  }),
  adm('lsun_bedroom.pt', { id: 'adm-lsun-bedroom', title: 'ADM, LSUN bedroom', ...LSUN }),
  adm('lsun_cat.pt', { id: 'adm-lsun-cat', title: 'ADM, LSUN cat', ...LSUN }),
  adm('lsun_horse.pt', { id: 'adm-lsun-horse', title: 'ADM, LSUN horse', ...LSUN }),
];

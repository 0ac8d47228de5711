import { RESAMPLERS } from '../../../encoders/images/preprocessing.js';
import type { Agreement } from '../agreement.js';

const DECODING = 'test/images/decode-image.test.ts';

const decoding = { fixture: 'images', test: DECODING, of: 'levels of 255', varies: 'by processor' } as const;

/** Formats by how the fixtures' names begin. */
const FORMATS: Readonly<Record<string, string>> = {
  'png-': 'PNG',
  'jpeg-': 'JPEG',
  'webp-': 'WebP',
  'bmp-': 'BMP',
  'tiff-': 'TIFF',
  'gif-': 'GIF',
  'ppm-': 'PPM',
  'pgm-': 'PGM',
  'pbm-': 'PBM',
  'avif-444': 'AVIF 4:4:4',
  'avif-420': 'AVIF 4:2:0',
  'avif-gray': 'AVIF, gray',
  'avif-alpha': 'AVIF with alpha',
};

const PIPELINES: readonly string[] = [
  'pytorch-fid',
  'torch-fidelity',
  'torch-fidelity DINOv2',
  'clean-fid',
  'dgm-eval clean',
  'dgm-eval DINOv2',
  'torchmetrics',
  'CLIP',
  'CMMD',
];

const numpyArrays = { fixture: 'npy-arrays', reference: '{numpy}', of: 'bits' } as const;
const bits = { of: 'bits' } as const;

function libraryOf(resampler: string): string {
  if (resampler.startsWith('pillow')) return '{pillow}';
  return resampler.startsWith('torch') ? '{torch}, one thread' : 'torch-fidelity’s restatement in {torch}';
}

export const IMAGE_AGREEMENTS: readonly Agreement[] = [
  ...Object.entries(FORMATS).map(([prefix, format]) => ({
    ...decoding,
    step: `${format} to RGB`,
    reference: '{pillow} convert("RGB")',
    title: 'is what Pillow converts to RGB',
    within: [`decodeImage of '${prefix}`],
  })),
  {
    ...decoding,
    step: 'orientation, where it is applied',
    reference: '{pillow} exif_transpose',
    title: 'with its orientation applied is what Pillow transposes',
  },
  ...RESAMPLERS.map((resampler) => ({
    ...bits,
    step: `resampler \`${resampler}\``,
    reference: libraryOf(resampler),
    fixture: 'resamplers',
    test: 'test/images/resamplers.test.ts',
    title: 'its library',
    within: [`${resampler} > `],
  })),
  ...PIPELINES.map((pipeline) => ({
    ...bits,
    step: `preprocessing of ${pipeline}`,
    reference: 'its steps by {pillow}, {torch}, {numpy}',
    fixture: 'preprocessing',
    test: 'test/images/preprocess-image.test.ts',
    title: "is the peer's in every bit",
    within: [`preprocessImage as '${pipeline}' from`],
  })),
  {
    ...numpyArrays,
    step: '`.npy`, every number type, order and format version',
    test: 'test/files/npy-array.test.ts',
    title: 'gives the numbers that numpy saved',
  },
  {
    ...numpyArrays,
    step: '`.npz`, stored and compressed',
    test: 'test/files/npz.test.ts',
    title: 'wrote',
    within: ['openNpz reads'],
  },
  {
    ...numpyArrays,
    step: 'statistics `.npz` (`mu`, `sigma`)',
    test: 'test/encoders/read-embedded-set.test.ts',
    title: 'has moments in float64 and no count',
  },
  {
    ...bits,
    step: '`.npz` written here',
    reference: 'the bytes that numpy 2 and Info-ZIP were seen to open',
    fixture: null,
    test: 'test/files/npz.test.ts',
    title:
      'openNpzWriter writes the same bytes at any time: those that numpy 2 and Info-ZIP were seen to open',
  },
  {
    ...bits,
    step: 'images of ADM batches, stored and compressed',
    reference: '{numpy}',
    fixture: 'adm-batches',
    test: 'test/images/open-image-set.test.ts',
    title: 'batch gives its images in order, named by their index',
  },
  {
    ...bits,
    step: 'entries of zip archives, stored and deflated',
    reference: '{python} zipfile',
    fixture: 'zip-archive',
    test: 'test/files/zip-archive.test.ts',
    title: 'openZip reads stored, deflated and empty entries as zipfile wrote them',
  },
  {
    ...bits,
    step: 'tensors of torch, TorchScript and safetensors files, ten number types',
    reference: '{torch}, {safetensors}',
    fixture: 'checkpoints',
    test: 'test/encoders/checkpoints/open-checkpoint.test.ts',
    title: 'holds the tensors that Python saved, names, shapes and every digit',
  },
  {
    ...bits,
    step: 'a network converted twice',
    reference: 'itself',
    fixture: null,
    test: 'test/encoders/models/convert-checkpoint.test.ts',
    title: 'converting twice gives the same bytes, wherever',
  },
];

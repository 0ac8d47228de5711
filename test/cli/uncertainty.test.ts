import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { bytesOf, npyFile } from '../support/command-files.js';
import { runHere } from '../support/command-here.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';
import { writtenFiles } from '../support/written-files.js';

const { files, root, maps } = JSON.parse(projectFile('test/reference/map-files.json')) as {
  files: Record<string, string>;
  root: string;
  maps: Record<string, { sum: number }>;
};
const below = (prefix: string) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith(prefix)));
const ids = Array.from({ length: 6 }, (_, i) => String(1000000 + i));

/** A plain image file of one color: binary PPM. */
function ppm(width: number, height: number, level: (i: number) => number): Buffer {
  const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => level(i)));
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
}

/** The fixture's folder with images of the given ids. */
function withImages(names: readonly string[], side = 8): string {
  const folder = writtenFiles(below(root));
  mkdirSync(join(folder, 'images'));
  names.forEach((name, k) => {
    writeFileSync(
      join(folder, 'images', `img_${name}.ppm`),
      ppm(side, side, (i) => (i * (k + 3)) % 200),
    );
  });
  return folder;
}

describe('steadfid uncertainty', () => {
  test('prints a column for each aggregation and setting, ids in code-point order', async () => {
    const cwd = writtenFiles(below(root));
    const { code, stdout, stderr } = await runHere(['uncertainty', root, '--aggregate', 'sum,q95'], {
      cwd,
    });
    const [header, first, ...rest] = stdout.trim().split('\r\n');
    expect([code, header, rest.length]).toEqual([
      0,
      'id,sum@0.001_1000.0,q95@0.001_1000.0,sum@1.0_1.0,q95@1.0_1.0',
      5,
    ]);
    const [id, ...numbers] = first!.split(',');
    expect(id).toBe('1000000');
    expectClose(Number(numbers[2]), maps['1.0_1.0 1000000']!.sum, SUMMATION_TOLERANCE);
    expect(stderr).toContain(`${root} (1.0_1.0): 6 maps; neighbors correlate by`);
    expect(stderr).toContain('are negative, as differences of estimates can be; they are kept unchanged.');
    expect(stderr).toContain('1.0_1.0 ÷ 0.001_1000.0:');
  });

  test('--setting chooses one setting, whose columns have plain names', async () => {
    const cwd = writtenFiles(below(root));
    const words = ['uncertainty', root, '--setting', '1.0_1.0', '-a', 'sum', '-o', 'scores.csv'];
    const { code, stdout } = await runHere(words, { cwd });
    expect([code, stdout]).toEqual([0, '']);
    expect(readFileSync(join(cwd, 'scores.csv'), 'utf8').split('\r\n')[0]).toBe('id,sum');
    const again = await runHere(words, { cwd });
    expect([again.code, again.stderr]).toEqual([
      2,
      'scores.csv: there is already such a file, and it was left as it is. Pass --force to replace it, or write to another path.\n',
    ]);
  });

  test('--images joins by id, adds controls, and says that maps have another size', async () => {
    const cwd = withImages(ids, 16);
    const words = ['uncertainty', root, '--setting', '1.0_1.0', '--images', 'images', '--controls', '--json'];
    const { code, stdout, stderr } = await runHere(words, { cwd });
    const report = JSON.parse(stdout);
    expect([code, report.schema, report.images.joinedBy, report.images.n]).toEqual([
      0,
      'steadfid/uncertainty/1',
      'number in the file name',
      6,
    ]);
    expect(report.columns.map(({ name }: { name: string }) => name)).toEqual([
      'sum',
      'patch-max',
      'mean',
      'q95',
      'gradient-energy',
      'laplacian-variance',
      'png-bytes',
      'local-entropy',
      'brightness',
      'random',
    ]);
    expect(report.correlations.length).toBe(4 * 6);
    expect(stderr).toContain(
      'warning: 6 of 6 maps differ in size from their image, such as 8 × 8 for 16 × 16. Scores use the maps unchanged.',
    );
  });

  test('--residuals adds the residual of each score, and needs images', async () => {
    const cwd = withImages(ids);
    const words = ['uncertainty', root, '--setting', '1.0_1.0', '-a', 'sum', '--residuals'];
    const refused = await runHere(words, { cwd });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      '--residuals: is of the images, and there are none. Pass --images with their folder.\n',
    ]);
    // six images are fewer than four controls and three more: nothing can be regressed out
    const few = await runHere([...words, '--images', 'images'], { cwd });
    expect(few.stdout.split('\r\n')[0]).toBe('id,sum');
  });

  test('ids on one side alone are refused, named and counted, unless allowed', async () => {
    const cwd = withImages([...ids.slice(1), '7']);
    const words = ['uncertainty', root, '--setting', '1.0_1.0', '--images', 'images', '-a', 'sum'];
    const refused = await runHere(words, { cwd });
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([
      2,
      '',
      `${root}: must have one entry for each image of images and no other; got 1 of 6 images have none (img_7.ppm); 1 of 6 ids have no image (1000000). Complete the two, or pass --allow-missing to go on with the ids that both have.\n`,
    ]);
    const allowed = await runHere([...words, '--allow-missing'], { cwd });
    expect([allowed.code, allowed.stdout.trim().split('\r\n').length]).toEqual([0, 6]);
    expect(allowed.stderr).toContain(
      '5 images joined by number in the file name; 1 images without a map left out; 1 maps without an image left out',
    );
  });

  test('plain folders that state σ and λ in their names are held against the scaling law', async () => {
    const cwd = temporaryFolder();
    for (const [precision, scale] of [
      ['1.0', 4],
      ['4.0', 1],
    ] as const) {
      const folder = join(cwd, `run_sigma1.0_precision${precision}`);
      mkdirSync(folder);
      for (let i = 0; i < 3; i++) {
        const values = Float32Array.from({ length: 64 }, (_, j) => scale * (1 + ((i * j) % 5)));
        writeFileSync(join(folder, `${i}.npy`), npyFile('<f4', [8, 8], bytesOf(values)));
      }
    }
    const words = ['uncertainty', 'run_sigma1.0_precision1.0', 'run_sigma1.0_precision4.0'];
    const { stderr } = await runHere(words, { cwd });
    expect(stderr).toContain(
      'run_sigma1.0_precision4.0 ÷ run_sigma1.0_precision1.0: 0.2500 where the prior alone would give 0.2500, exponent 1.00',
    );
    expect(stderr).toContain('ranks of sums by 1.00; mean ratio 0.25');
  });

  test('several folders are compared, and --pairs writes every image', async () => {
    const cwd = writtenFiles({ ...below(root), ...below('older') });
    const words = ['uncertainty', root, 'older', '-a', 'sum', '--pairs', 'pairs.csv', '--json'];
    const { code, stdout } = await runHere(words, { cwd });
    const { comparison } = JSON.parse(stdout);
    expect([code, comparison.settings.map(({ name }: { name: string }) => name)]).toEqual([
      0,
      ['0.001_1000.0', '1.0_1.0', '1.0_3.0'],
    ]);
    expect(comparison.sums.map((row: unknown[]) => row.length)).toEqual([3, 3, 3]);
    const lines = readFileSync(join(cwd, 'pairs.csv'), 'utf8').trim().split('\r\n');
    expect([lines[0], lines.length]).toEqual([
      'first,second,id,pearson,spearman,blurred_pearson,blurred_spearman,ratio,scale_free_error,ssim,top_overlap',
      1 + 3 * 6,
    ]);
  });

  test('sums of Stable Diffusion are taken as sums over channels, and not as means', async () => {
    const folder = 'a photo of a cat, 100%_train5_step50_S10';
    const cwd = writtenFiles(below(folder));
    const refused = await runHere(['uncertainty', folder], { cwd });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `${folder}/var_sum.pt: holds sums over channels too, which cannot be averaged any more; got --channels mean. Pass --channels sum --aggregate sum.\n`,
    ]);
    const { stdout } = await runHere(['uncertainty', folder, '--channels', 'sum', '-a', 'sum'], { cwd });
    expect(stdout).toBe('id,sum\r\n0,0.5\r\n1,2.5\r\n2,4.5\r\n3,1.5\r\n4,3.5\r\n5,5.5\r\n');
  });

  test('masks weigh by id, and an image without foreground has an empty cell', async () => {
    const cwd = writtenFiles(below(root));
    mkdirSync(join(cwd, 'masks'));
    ids.forEach((id, k) => {
      const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
      const text = `${"{'descr': '|u1', 'fortran_order': False, 'shape': (8, 8), }".padEnd(117)}\n`;
      const mask = Buffer.alloc(64, 0).fill(1, 0, k === 2 ? 0 : 8);
      writeFileSync(join(cwd, 'masks', `${id}.npy`), Buffer.concat([head, Buffer.from(text), mask]));
    });
    const words = ['uncertainty', root, '--setting', '1.0_1.0', '-a', 'foreground-mean,segmentation-mean'];
    const without = await runHere(words, { cwd });
    expect([without.code, without.stderr]).toEqual([
      2,
      '--aggregate foreground-mean,segmentation-mean: needs a mask or saliency map for each image; got none. Pass --masks with a folder of masks named as the maps, or with a segmentation network (.onnx) and --images.\n',
    ]);
    const { stdout, stderr } = await runHere([...words, '--masks', 'masks'], { cwd });
    const lines = stdout.trim().split('\r\n');
    expect(lines[3]).toBe('1000002,,0');
    const [, mean, original] = lines[1]!.split(',').map(Number);
    expectClose(mean! * 8, original! * 64, SUMMATION_TOLERANCE);
    expect(stderr).toContain(
      'warning: foreground-mean does not exist: the foreground is empty, for 1 images',
    );
    rmSync(join(cwd, 'masks/1000004.npy'));
    expect((await runHere([...words, '--masks', 'masks'], { cwd })).stderr).toBe(
      `masks: must have a mask for each map of ${root}; got 1 of 6 without one (1000004). Complete the masks, or aggregate without them.\n`,
    );
  });

  test('a segmentation network makes the masks from the images', async () => {
    const cwd = withImages(ids);
    const graph = new GraphBuilder({ name: 'segmenter' });
    const images = graph.input('images', { type: 'float32', shape: ['n', 3, 'height', 'width'] });
    // class 0: half a bright pixel; class 1: the red channel, so that what is red enough is foreground
    const kernel = graph.constant('kernel', {
      type: 'float32',
      shape: [2, 3, 1, 1],
      data: Float32Array.of(0, 0, 0, 1, 0, 0),
    });
    const bias = graph.constant('bias', { type: 'float32', shape: [2], data: Float32Array.of(0.5, 0) });
    const scores = graph.node('Conv', [images, kernel, bias]);
    graph.output('out', scores, { type: 'float32', shape: ['n', 2, 'height', 'width'] });
    writeFileSync(join(cwd, 'segment.onnx'), await modelBytes(graph.model()));
    const sidecar = { input: 'images', outputs: { segmentation: 'out' }, preprocessing: { range: '0..1' } };
    writeFileSync(join(cwd, 'segment.json'), JSON.stringify(sidecar));
    const words = ['uncertainty', root, '--setting', '1.0_1.0', '-a', 'foreground-mean,segmentation-mean'];
    const { code, stdout, stderr } = await runHere(
      [...words, '--images', 'images', '--masks', 'segment.onnx'],
      { cwd },
    );
    expect(stderr).not.toContain('must');
    expect(code).toBe(0);
    const red = Array.from({ length: 64 }, (_, i) => ((3 * i * 3) % 200) / 255 > 0.5).filter(Boolean).length;
    const [, mean, original] = stdout.trim().split('\r\n')[1]!.split(',').map(Number);
    expectClose(mean! * red, original! * 64, SUMMATION_TOLERANCE);
  });
});

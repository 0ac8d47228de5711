import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// npm run demo: the commands of the suite on emoji, offline, by the networks that ship with it. A small denoiser draws emoji with maps of
// its uncertainty, and filtering by them is judged; another drawing style is scored; a study says how many images that needs.

const root = fileURLToPath(new URL('../../', import.meta.url));
process.chdir(root);
const OUT = 'steadfid-demo';
const EMOJI = 'examples/emoji';
const NOTO = `${EMOJI}/noto.zip`;
const DENOISER = `${EMOJI}/denoiser`;
const ENCODED = `--encoder demo --cache ${OUT}/cache`;

const COMMANDS = [
  `models convert ${DENOISER}/emoji-ddpm.ckpt --as ddpm --image-size 32 -o ${OUT}/denoiser.onnx`,
  `laplace fit --denoiser ${OUT}/denoiser.onnx --images ${NOTO} -n 200 -o ${OUT}/posterior.npz`,
  `generate --denoiser ${OUT}/denoiser.onnx --posterior ${OUT}/posterior.npz -n 200 --steps 12 --clip x0 --samples 4 -o ${OUT}/generated`,
  `uncertainty ${OUT}/generated/maps --images ${OUT}/generated/images --controls -o ${OUT}/uncertainty`,
  `filter ${OUT}/generated/images --scores ${OUT}/uncertainty/scores.csv --column sum -o ${OUT}/filtered`,
  `compare ${DENOISER}/held-out.zip ${OUT}/generated/images --scores ${OUT}/uncertainty/scores.csv --column sum ${ENCODED} -o ${OUT}/filtering`,
  `score ${NOTO} ${EMOJI}/twemoji.zip --metric fid,is,kid,cmmd --interval ${ENCODED} -o ${OUT}/twemoji`,
  `study --reference ${NOTO} --arm twemoji=${EMOJI}/twemoji.zip --metric fid,cmmd --distortion gaussian-blur --cheap-repeats 20 ${ENCODED} -o ${OUT}/study`,
];

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
for (const command of COMMANDS) {
  process.stdout.write(`\nsteadfid ${command}\n`);
  const { status } = spawnSync(process.execPath, ['dist/cli/main.js', ...command.split(' ')], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 2);
}
process.stdout.write(
  `\nOpen ${root}${OUT}/filtering/report.html in a browser, then those of ${OUT}/twemoji and ${OUT}/study.\n`,
);

// Builds dist/: TypeScript by tsc, the script of the pages as text, the numerical kernels (*.as.ts) to WebAssembly by asc.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const kernels = 'numerics/kernels';
const pages = 'reports/page';

function run(script, args) {
  const { status } = spawnSync(process.execPath, [`${root}node_modules/${script}`, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}

function changed(path) {
  return existsSync(root + path) ? statSync(root + path).mtimeMs : 0;
}

/** asc takes seconds: only when a source is newer than what was made of it. */
function buildKernels(target) {
  const sources = readdirSync(root + kernels).filter((name) => name.endsWith('.as.ts'));
  const newest = Math.max(changed('.ci/build.mjs'), ...sources.map((name) => changed(`${kernels}/${name}`)));
  if (changed(target) > newest) return;
  mkdirSync(`${root}dist/${kernels}`, { recursive: true });
  run('assemblyscript/bin/asc.js', [
    `${kernels}/dense-kernels.as.ts`,
    ...['--outFile', target],
    ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory'],
    ...['--runtime', 'stub', '-O3', '--noAssert'],
    ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...['--use', 'abort='], // nothing in the kernels aborts: no import for it
  ]);
}

/** A page holds its script as text: what tsc makes of it under the browser's types becomes a string. */
function buildPageScript(target) {
  const made = `dist/${pages}/browser/page-script.js`;
  const sources = ['.ci/build.mjs', `${pages}/browser/page-script.ts`, `${pages}/browser/tsconfig.json`];
  if (changed(target) > Math.max(...sources.map(changed))) return;
  run('typescript/bin/tsc', ['-p', `${pages}/browser/tsconfig.json`]);
  const text = readFileSync(root + made, 'utf8');
  writeFileSync(root + target, `export const PAGE_SCRIPT = ${JSON.stringify(text)};\n`);
}

/**
 * The package carries ONNX Runtime in itself (bundleDependencies), without the script by which it would download CUDA libraries from another host
 * where the package is installed: npm runs the scripts of what is bundled, and no setting of ours reaches there. A file of its own, not a change of
 * one that npm's cache or another clone may share.
 */
function removeInstallScript() {
  const path = `${root}node_modules/onnxruntime-node/package.json`;
  const { scripts, ...content } = JSON.parse(readFileSync(path, 'utf8'));
  if (scripts === undefined) return;
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

removeInstallScript();
run('typescript/bin/tsc', ['-p', 'tsconfig.json']);
buildPageScript(`dist/${pages}/page-script.js`);
buildKernels(`dist/${kernels}/dense-kernels.wasm`);
const command = `${root}dist/cli/main.js`;
if (existsSync(command)) chmodSync(command, 0o755);

// What a user gets: packs the built package, installs the archive into an empty project by a plain npm install, whose scripts may run, scores
// the examples with it and runs the README's example of filtering. Fails if the installation asks any host but the registry. npm run packed -- NPM_CLI.js installs by another npm.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'steadfid-packed-'));
const hostsFile = join(folder, 'hosts.txt');

function run(command, words, { cwd, env = {} }) {
  const { status, stdout } = spawnSync(command, words, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}`);
  return stdout;
}

try {
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{"name":"empty","version":"1.0.0","private":true}');
  const registry = new URL(run('npm', ['config', 'get', 'registry'], { cwd: folder }).trim()).hostname;
  const [npm, ...words] = process.argv[2] === undefined ? ['npm'] : [process.execPath, process.argv[2]];
  run(npm, [...words, 'install', archive, '--ignore-scripts=false', '--no-audit', '--no-fund'], {
    cwd: folder,
    env: {
      NODE_OPTIONS: `--require=${join(root, '.ci/record-hosts.cjs')}`,
      HOSTS_FILE: hostsFile,
    },
  });
  const asked = existsSync(hostsFile) ? readFileSync(hostsFile, 'utf8').split('\n').filter(Boolean) : [];
  const others = [...new Set(asked)].filter((host) => host !== registry && host !== 'localhost');
  if (others.length > 0)
    throw new Error(`the installation asked other hosts than the registry: ${others.join(', ')}`);
  const installed = 'node_modules/steadfid';
  const emoji = `${installed}/examples/emoji`;
  const steadfid = (...words) =>
    run(process.execPath, [`${installed}/dist/cli/main.js`, ...words], { cwd: folder });
  const table = steadfid('score', `${emoji}/noto.zip`, `${emoji}/twemoji.zip`, '-e', 'demo', '-m', 'kid');
  if (!/^KID\s+[−\d]/m.test(table)) throw new Error(`no KID in:\n${table}`);
  run(process.execPath, [`${installed}/dist/examples/planted.js`, 'planted/'], { cwd: folder });
  steadfid('uncertainty', 'planted/maps.npz', '--images', 'planted/images', '-o', 'planted/scores.csv');
  const decisions = steadfid(
    'filter',
    'planted/images',
    '--scores',
    'planted/scores.csv',
    '--rule',
    'mean+1sd',
  );
  if (!/\.png/.test(decisions)) throw new Error(`no images in:\n${decisions}`);
  process.stdout.write(
    `installed from ${archive}, asked the registry alone (${asked.length} look-ups), scored, filtered\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

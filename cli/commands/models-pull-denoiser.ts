import { defined } from '../../defined.js';
import type { OfficialDenoiser } from '../../diffusion/models/denoiser-catalog.js';
import { pullDenoiser } from '../../diffusion/models/pull-denoiser.js';
import { sizeText } from '../../encoders/missing-model.js';
import { byteProgress } from '../progress-line.js';
import type { Terminal } from '../terminal.js';

/** `steadfid models pull` of a denoiser. */
export async function runPullDenoiser(
  denoiser: OfficialDenoiser,
  { folder, from }: { readonly folder: string; readonly from: string | undefined },
  terminal: Terminal,
): Promise<void> {
  const { id, license } = denoiser;
  const [{ sizeBytes, approximateBytes }] = denoiser.files;
  let isSaid = false;
  const { path, files, steps } = await pullDenoiser(denoiser, {
    folder,
    ...defined({ from }),
    signal: terminal.signal,
    onProgress({ step, file, done, total }) {
      if (step === 'downloading' && !isSaid) {
        const size = sizeBytes ?? approximateBytes ?? 0;
        terminal.remark(
          `${id}: fetching ${file.file}, ${sizeBytes === null ? 'about ' : ''}${sizeText(size)}. License: ${license}.`,
        );
        isSaid = true;
      }
      terminal.progress.show(byteProgress(`${step} ${id}`, { done, total }));
    },
    onRetry: (reason) => terminal.remark(`${id}: ${reason}; trying again.`),
    onWait: () => terminal.remark(`${id}: another process is fetching it; waiting.`),
  });
  terminal.progress.clear();
  terminal.print(`${id}\t${path}`);
  terminal.remark(
    `${id}: ${steps.length === 0 ? 'was there' : steps.includes('downloading') ? 'fetched and converted' : 'converted'}.`,
  );
  for (const { published, sha256, check } of files) {
    const { file, hash } = published;
    if (hash === null || check === 'not verified')
      terminal.warn(
        `${file} is not verified: no public source states its hash. What is here has SHA-256 ${sha256}.`,
      );
    else
      terminal.remark(
        `${file}: the published file by its ${check === 'md5' ? 'MD5' : 'SHA-256'} (${hash.source}).`,
      );
  }
}

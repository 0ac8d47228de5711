import { openWholeFile, type WholeFileOptions } from './whole-file.js';

export interface FileContent {
  readonly path: string;
  readonly chunks: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

type WritingTogether = Omit<WholeFileOptions, 'existing'> & {
  /** for all files alike, or for each */
  readonly existing?: Existing | ((path: string) => Existing);
  /** how many bytes were written since the last call */
  readonly onBytes?: (count: number) => void;
  /** called when all files are complete, before the first appears */
  readonly onComplete?: () => Promise<void>;
};

type Existing = NonNullable<WholeFileOptions['existing']>;

/**
 * Writes files that belong together: none appears before all are complete, and none that exists is touched if one of
 * them may not be replaced. Once the first has appeared, an abort keeps none of the others back.
 *
 * @throws as `openWholeFile`
 */
export async function writeTogether(
  contents: readonly FileContent[],
  { onBytes, onComplete, existing = 'refused', ...options }: WritingTogether = {},
): Promise<void> {
  const files: { readonly content: FileContent; readonly file: Awaited<ReturnType<typeof openWholeFile>> }[] =
    [];
  try {
    for (const content of contents) {
      const allowed = typeof existing === 'string' ? existing : existing(content.path);
      files.push({ content, file: await openWholeFile(content.path, { ...options, existing: allowed }) });
    }
    for (const { content, file } of files) {
      for await (const chunk of content.chunks()) {
        await file.append(chunk);
        onBytes?.(chunk.byteLength);
      }
    }
    await onComplete?.();
    for (const [i, { file }] of files.entries()) await file.commit(i === 0 ? 'unless aborted' : 'always');
  } finally {
    for (const { file } of files) await file.abandon();
  }
}

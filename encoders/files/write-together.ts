import { openWholeFile, type WholeFileOptions } from './whole-file.js';

export interface FileContent {
  readonly path: string;
  readonly chunks: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Writes files that belong together: none appears before all are complete, and none that exists is touched if one of
 * them may not be replaced.
 *
 * @param onBytes  how many bytes were written since the last call
 * @throws as `openWholeFile`
 */
export async function writeTogether(
  contents: readonly FileContent[],
  { onBytes, ...options }: WholeFileOptions & { readonly onBytes?: (count: number) => void } = {},
): Promise<void> {
  const files: { readonly content: FileContent; readonly file: Awaited<ReturnType<typeof openWholeFile>> }[] =
    [];
  try {
    for (const content of contents) files.push({ content, file: await openWholeFile(content.path, options) });
    for (const { content, file } of files) {
      for await (const chunk of content.chunks()) {
        await file.append(chunk);
        onBytes?.(chunk.byteLength);
      }
    }
    for (const { file } of files) await file.commit();
  } finally {
    for (const { file } of files) await file.abandon();
  }
}

/**
 * Closes everything at once, also what is left after one could not be closed.
 *
 * @throws what the first that could not be closed threw, once all others are closed
 */
export async function closeAll(closings: readonly (() => Promise<void>)[]): Promise<void> {
  const results = await Promise.allSettled(closings.map(async (close) => close()));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/**
 * What was opened at once; if one could not be opened the others are closed again.
 *
 * @throws what the first that could not be opened threw
 */
export async function allOpened<T extends { close(): Promise<void> }>(
  opening: readonly Promise<T>[],
): Promise<readonly T[]> {
  const results = await Promise.allSettled(opening);
  const failed = results.find((result) => result.status === 'rejected');
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (failed === undefined) return opened;
  await closeAll(opened.map((one) => () => one.close())).catch(() => {}); // the first error is the one to tell
  throw failed.reason;
}

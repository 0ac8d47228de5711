import { distance } from 'fastest-levenshtein';

/**
 * The known name that a misspelled one most likely means.
 *
 * @returns undefined when none is near: more than a third of the letters, and more than two, would have to change
 *
 * @example
 * nearestName('fd-dino2', ['fid', 'fd-dinov2']); // 'fd-dinov2'
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const typed = name.toLowerCase();
  let nearest: { readonly name: string; readonly edits: number } | undefined;
  for (const candidate of known) {
    const edits = distance(typed, candidate.toLowerCase());
    if (nearest === undefined || edits < nearest.edits) nearest = { name: candidate, edits };
  }
  if (nearest === undefined) return undefined;
  return nearest.edits <= Math.max(2, Math.floor(typed.length / 3)) && nearest.edits < typed.length
    ? nearest.name
    : undefined;
}

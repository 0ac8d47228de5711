/** Characters as wide as they look, for the few that we print: one each, combining marks none. */
function width(text: string): number {
  return [...text.normalize('NFC')].length;
}

/**
 * Lines of a table in plain text: the header, then the rows, columns two spaces apart. Columns that are empty
 * throughout are left out.
 */
export function tableText({
  header,
  rows,
  align,
}: {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly align: readonly ('left' | 'right')[];
}): readonly string[] {
  const kept = header.map((_, j) => j).filter((j) => rows.some((row) => row[j] !== ''));
  const widths = kept.map((j) => Math.max(...[header, ...rows].map((row) => width(row[j]!))));
  return [header, ...rows].map((row) =>
    kept
      .map((j, place) => {
        const padding = ' '.repeat(widths[place]! - width(row[j]!));
        return align[j] === 'right' ? padding + row[j] : row[j] + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}

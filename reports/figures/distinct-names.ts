/** Names become files: letters, digits and hyphens alone, and no two the same. */
export function distinctNames<T extends { readonly name: string }>(figures: readonly T[]): readonly T[] {
  const used = new Set<string>();
  return figures.map((figure) => {
    const base = figure.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80);
    let name = base;
    for (let i = 2; used.has(name); i++) name = `${base}-${i}`;
    used.add(name);
    return { ...figure, name };
  });
}

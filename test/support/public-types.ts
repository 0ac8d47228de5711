import { code, projectFile, ROOMS, sourceFiles } from './project.js';

/** Names that are TypeScript's own, or another package's. */
const OWN = new Set(
  'Array ArrayLike AsyncGenerator AsyncIterable AbortSignal Awaited Date Error ErrorOptions Exclude Float32Array Float64Array Generator Iterable Map Omit Parameters Partial Pick Promise PropertyKey Readonly ReadonlyArray ReadonlyMap ReadonlySet Record Required Set Uint32Array Uint8Array Int32Array BigInt64Array BigUint64Array'.split(
    ' ',
  ),
);

/** The declaration of a function up to its body, or of a type with its members. */
function declaration(source: string, name: string): string | undefined {
  const start = new RegExp(
    `^export (?:async )?(?:abstract )?(?:function|interface|type|class|const) ${name}\\b`,
    'm',
  ).exec(source);
  if (start === null) return undefined;
  const rest = source.slice(start.index);
  const end = /^export (?:async )?function/.test(rest)
    ? /\{\n {2}(?!readonly|[a-z]\w*\??[:,}])|\{\}$/m
    : /\n(?=(?:export|async|function|const|let|interface|type|class|abstract)\b)/;
  return rest.slice(0, end.exec(rest)?.index);
}

/** Names that index.ts exports, by the name in its file, with that file. */
function exported(): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const text = code(projectFile('index.ts'));
  for (const [, list, path] of text.matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([^']+)\.js'/g))
    for (const item of list!.split(','))
      if (item.trim() !== '')
        names.set(
          item
            .trim()
            .replace(/^type /, '')
            .split(' as ')[0]!,
          `${path}.ts`,
        );
  for (const [, name] of projectFile('errors.ts').matchAll(
    /^export (?:abstract )?(?:class|type|interface) (\w+)/gm,
  ))
    names.set(name!, 'errors.ts');
  return names;
}

/**
 * Types that the signatures of exported functions name, those of their fields too, and that index.ts does not export.
 *
 * @param functions  names of the functions
 */
export function unexportedTypes(functions: readonly string[]): readonly string[] {
  const files = ['errors.ts', 'defined.ts', ...sourceFiles(ROOMS)].map(
    (path) => [path, code(projectFile(path))] as const,
  );
  const places = exported();
  const missing = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (name: string, from: string, near: string): void => {
    if (seen.has(name) || OWN.has(name)) return;
    seen.add(name);
    const own = places.get(name);
    const candidates = files.filter(([path]) => own === undefined || path === own);
    const inSame = candidates.find(([path, text]) => path === near && declaration(text, name) !== undefined);
    const [path, text] = inSame ??
      candidates.find(([, source]) => declaration(source, name) !== undefined) ?? ['', ''];
    if (path === '') return;
    if (own === undefined) missing.set(name, from);
    for (const [word] of declaration(text, name)!
      .replace(/'[^'\n]*'/g, '')
      .matchAll(/\b[A-Z][a-z]\w*/g))
      visit(word, name, path);
  };
  for (const name of functions) visit(name, '', places.get(name) ?? '');
  return [...missing].map(([name, from]) => `${name} of ${from}`);
}

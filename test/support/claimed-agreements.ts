import { projectFile, ROOMS, sourceFiles } from './project.js';

/** What the docstrings of a source say after `@agreesWith` or `Agrees with:`, up to the next tag or the end, in one line. */
export function claimedAgreements(source: string): string {
  return (source.match(/\/\*\*[\s\S]*?\*\//g) ?? [])
    .map((comment) => comment.replaceAll(/\s*\n\s*\*(?!\/) ?/g, '\n').replace(/\s*\*\/$/, ''))
    .flatMap((comment) => [
      ...comment.matchAll(/(?:@agreesWith|Agrees with:)\s+([\s\S]*?)(?=\n\s*@|\n\n|$)/g),
    ])
    .map(([, claim]) => claim!.replaceAll(/\s+/g, ' '))
    .join('; ');
}

/** Sources whose docstrings claim agreement with a figure. */
export function claimingSources(): string[] {
  return sourceFiles(ROOMS).filter((path) => /\de-\d/.test(claimedAgreements(projectFile(path))));
}

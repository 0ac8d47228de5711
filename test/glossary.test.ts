import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { projectFile, projectRoot, ROOMS, sourceFiles } from './support/project.js';

/** Phrases that a reader of the field would stumble over, with what to say instead. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/images without end/, 'n → ∞, asymptotic value'],
  [/drawn apart/, 'independent sets'],
  [/told (apart|from)|tells? apart/, 'significantly different, differs from 0'],
  [/by the (more|less) the/, 'a sentence with its subject first'],
  [/\bbelong together\b/, 'paired by id'],
  [/\b(no|not a) (clear )?line in 1\/n/i, 'not linear in 1/n'],
  [/\ba share of nothing\b|so that no share/, 'relative values are omitted'],
  [/of like detail/, 'matched on detail'],
  [/without detail\b/, 'residual'],
  [/most uncertain kept/, 'inverse filter'],
  [/\bof digest\b/, 'SHA-256'],
  [/made again from/, 'rebuild from … with'],
  [/mean less line/, 'residual'],
  [/share of the value at the largest n/, 'ratio to the value at the largest n'],
  [/\barms? (of|that|is|are|alone)\b|\b(every|each|both|two|more|same best) arms?\b/, 'generated set, model'],
  [/\bneighbour|\bcolour(?!space)|\bhonoured|\blicence\b/i, 'American spelling'],
  [/stand(s)? (in one place|the other way round)/, 'paired by row; reversed'],
  [/what follows\b.*<\/h2>|every doubt/i, 'Conclusion; All warnings'],
];

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/studies/emoji/README.md',
  'docs/studies/cifar10/README.md',
  ...readdirSync(`${projectRoot}docs`).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** The lines of a source that hold strings: help, messages, captions. Comments are left out. */
function stringsOf(source: string): string {
  return source
    .split('\n')
    .filter((line) => /['"`]/.test(line) && !/^\s*(\*|\/\*|\/\/|import )/.test(line))
    .map((line) => line.replace(/ \/\/ .*$/, ''))
    .join('\n');
}

function banned(path: string, text: string): readonly string[] {
  return BANNED.flatMap(([phrase, instead]) => {
    const found = phrase.exec(text);
    return found === null ? [] : [`${path}: "${found[0]}"; say: ${instead}`];
  });
}

describe('the words of the field', () => {
  test.each(DOCUMENTS)('%s holds no phrase of the list', (path) => {
    expect(banned(path, projectFile(path))).toEqual([]);
  });

  test('help, messages, captions and pages hold no phrase of the list', () => {
    const files = sourceFiles(ROOMS).filter((path) => !path.endsWith('.as.ts'));
    expect(files.flatMap((path) => banned(path, stringsOf(projectFile(path))))).toEqual([]);
  });

  test('a phrase of the list is found', () => {
    expect(banned('a', stringsOf("const message = 'limits of images without end';"))).toHaveLength(1);
  });
});

import measuredText from 'fast-string-truncated-width';

/** The last part of a path, without its extension. */
export function fileName(source: string): string {
  return source
    .replace(/[\\/]+$/, '')
    .replace(/^.*[\\/]/, '')
    .replace(/\.[a-z0-9]+$/i, '');
}

/** Columns that a text takes in a terminal: two for a wide character, none for a combining mark. */
export function columnWidth(text: string): number {
  return measuredText(text).width;
}

const HIDDEN = /(?![\t\n\r\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text with every character that would act on a terminal, or hide or reorder its neighbors, written as its number:
 * names of files are data.
 *
 * @example
 * visibleText('a\u001b[2J.png'); // 'a\\u{1b}[2J.png'
 */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/**
 * Visible text on one line: as `visibleText`, line breaks and tabs too.
 *
 * @example
 * lineText('a\nb.png'); // 'a\\u{a}b.png'
 */
export function lineText(text: string): string {
  return visibleText(text).replace(/[\t\n\r]/g, (sign) => `\\u{${sign.charCodeAt(0).toString(16)}}`);
}

/**
 * Lines of at most `columns` columns; those after the first are indented by two spaces. Long words are not cut. By hand, since
 * wrap-ansi has no hanging indent and its string-width takes as long to load as all else that a command starts with.
 */
export function wrappedText(text: string, { columns }: { readonly columns: number }): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && columnWidth(longer) > columns) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

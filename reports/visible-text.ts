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

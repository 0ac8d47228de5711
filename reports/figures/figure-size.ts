/** Pixels of a figure at 96 to the inch: 7.5 inches wide, two columns of a paper. */
export const FIGURE_WIDTH = 720;
export const PANEL_GAP = 16;

/** Letters of the widest of the fonts that a reader may have, at 11 px: lines are cut for that one. */
const LETTER_WIDTH = 6.7;

/** An upper bound of how wide a text comes out, in pixels. */
export function textWidth(text: string, fontSize = 11): number {
  return (text.length * LETTER_WIDTH * fontSize) / 11;
}

/** Lines that fit into `width` pixels; a word that is longer is cut. */
export function textLines(
  text: string,
  { width, fontSize = 11 }: { readonly width: number; readonly fontSize?: number },
): readonly string[] {
  const most = Math.max(8, Math.floor(width / textWidth('x', fontSize)));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((whole) => pieces(whole, most))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= most) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function pieces(word: string, most: number): string[] {
  const letters = [...word];
  return Array.from({ length: Math.max(1, Math.ceil(letters.length / most)) }, (_, i) =>
    letters.slice(i * most, (i + 1) * most).join(''),
  );
}

/** A name as it is written into a figure, which has no room for more. */
export function shortName(name: string, most = 36): string {
  const letters = [...name];
  return letters.length <= most ? name : `${letters.slice(0, most - 1).join('')}…`;
}

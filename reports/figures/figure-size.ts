/** Units of a figure, as wide as two columns of a paper: its letters of 11 units are 7.4 points in 6.75 inches. */
export const FIGURE_WIDTH = 720;
/** One column: 3.3 inches. */
export const COLUMN_WIDTH = 352;
export const PANEL_GAP = 16;

/** Widths of letters in the widest of the fonts that a reader may have (DejaVu Sans), as shares of the font's size. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,:;'|!]/, 0.34],
  [/[ ftr()[\]/-]/, 0.42],
  [/[mMwW%@…—→]/, 1],
  [/[A-Z≤≥±↓↑∞−+=<>×÷~]/, 0.84],
  [/[\u0020-\u04ff–τσμλ]/u, 0.65],
];

/** Of what the list does not have: letters as wide as high. */
const WIDEST = 1.05;

/** An upper bound of how wide a text comes out, in pixels. */
export function textWidth(text: string, fontSize = 11): number {
  const shares = [...text].map((letter) => WIDTHS.find(([letters]) => letters.test(letter))?.[1] ?? WIDEST);
  return fontSize * shares.reduce((sum, share) => sum + share, 0);
}

/** Lines that fit into `width` pixels; a word that is longer is cut. */
export function textLines(
  text: string,
  { width, fontSize = 11 }: { readonly width: number; readonly fontSize?: number },
): readonly string[] {
  const fits = (line: string) => textWidth(line, fontSize) <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((whole) => pieces(whole, fits))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer) || line === '') line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function pieces(word: string, fits: (text: string) => boolean): string[] {
  const parts: string[] = [];
  let part = '';
  for (const letter of word) {
    if (part !== '' && !fits(part + letter)) {
      parts.push(part);
      part = '';
    }
    part += letter;
  }
  return [...parts, part];
}

/** A name as it is written into a figure, which has no room for more: its start and its end, since names differ in either. */
export function shortName(name: string, most = 36): string {
  const letters = [...name];
  if (letters.length <= most) return name;
  const end = Math.floor((most - 1) / 2);
  return `${letters.slice(0, most - 1 - end).join('')}…${letters.slice(letters.length - end).join('')}`;
}

/** A text on one line of so many pixels, as much of it as fits. */
export function fittedText(
  text: string,
  { width, fontSize = 11 }: { readonly width: number; readonly fontSize?: number },
): string {
  let short = text;
  for (let most = [...text].length - 1; textWidth(short, fontSize) > width && most > 1; most--)
    short = shortName(text, most);
  return short;
}

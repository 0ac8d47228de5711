/** Lines of at most `columns` characters; those after the first are indented by two spaces. Long words are not cut. */
export function wrappedText(text: string, { columns }: { readonly columns: number }): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length > columns) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

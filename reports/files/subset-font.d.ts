/** What is used of a package that ships no types. */
declare module 'subset-font' {
  export default function subsetFont(
    font: Buffer,
    text: string,
    options: { readonly targetFormat: 'truetype' | 'woff'; readonly noHinting: boolean },
  ): Promise<Buffer>;
}

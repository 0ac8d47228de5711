/**
 * The script of a page as text: `browser/page-script.ts` without its types, made by `.ci/build.mjs`. It is text, since the
 * page's policy admits the script by its hash alone.
 */
export const PAGE_SCRIPT: string;

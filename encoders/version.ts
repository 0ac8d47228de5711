/** Version of the suite, as in package.json: part of every report and of every file that it writes. */
export const VERSION = '0.1.0';

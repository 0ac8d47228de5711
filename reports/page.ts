import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { PAGE_STYLE } from './page-style.js';

/**
 * A page that holds everything itself and asks for nothing: its policy forbids scripts, network, frames and any style
 * but its own.
 */
export function page({ title, body }: { readonly title: string; readonly body: Html }): string {
  const styleHash = createHash('sha256').update(PAGE_STYLE).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}

import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { PAGE_SCRIPT } from './page-script.js';
import { PAGE_STYLE } from './page-style.js';

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * A page that holds everything itself and asks for nothing: its policy forbids network, frames, and any style or script but
 * its own, which it knows by their hash. Complete without the script.
 */
export function page({
  title,
  body,
  interaction = 'none',
}: {
  readonly title: string;
  readonly body: Html;
  /** `controls`: with the script that reads values and adds what a reader can press */
  readonly interaction?: 'none' | 'controls';
}): string {
  const isInteractive = interaction === 'controls';
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src ${hashOf(PAGE_STYLE)}`,
    ...(isInteractive ? [`script-src ${hashOf(PAGE_SCRIPT)}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
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
${isInteractive ? html`<script>${new Html(PAGE_SCRIPT)}</script>` : new Html('')}
</body>
</html>
`.markup;
}

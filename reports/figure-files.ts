import { type Html, html } from './html.js';
import { REMAKE_COMMAND } from './remake-command.js';

/** Where a sheet of pictures that a page shows as a list is as a file, and the command that makes it again. */
export function sheetFilesHtml(name: 'gallery' | 'neighbors'): Html {
  return html`Files: <code>figures/${name}.svg</code>, <code>.png</code> (300 dpi), <code>.csv</code>; made again from <code>${name}.json</code> by <code class="command">${REMAKE_COMMAND}</code> in this folder.`;
}

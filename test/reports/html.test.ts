import { describe, expect, test } from 'vitest';
import { html } from '../../reports/page/html.js';
import { visibleText } from '../../reports/text/visible-text.js';

describe('html', () => {
  test('html escapes what is put into it, in text and in attributes', () => {
    const name = `<img src=x onerror="alert('&')">`;
    expect(html`<b title="${name}">${name}</b>`.markup).toBe(
      '<b title="&lt;img src=x onerror=&quot;alert(&#39;&amp;&#39;)&quot;&gt;">' +
        '&lt;img src=x onerror=&quot;alert(&#39;&amp;&#39;)&quot;&gt;</b>',
    );
  });

  test('html takes Html and lists of Html as they are', () => {
    expect(html`<ul>${['a<', 'b'].map((item) => html`<li>${item}</li>`)}</ul>`.markup).toBe(
      '<ul><li>a&lt;</li><li>b</li></ul>',
    );
  });

  test('visibleText writes terminal escapes and reordering marks as their numbers, and leaves joined emoji', () => {
    expect(visibleText('a\u001b[2Jb\u202egnp.exe')).toBe('a\\u{1b}[2Jb\\u{202e}gnp.exe');
    expect(visibleText('👩‍🎨 Ǎ\tx\n')).toBe('👩‍🎨 Ǎ\tx\n');
  });
});

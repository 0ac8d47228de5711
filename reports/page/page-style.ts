/** The look of every page: system fonts, light and dark, print, and narrow screens down to 360 px. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --paper: #ffffff; --panel: #f6f8fa;
  --accent: #0b5cad; --warn-ink: #6b4500; --warn-paper: #fff6df; --warn-line: #e2b64a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa4af; --line: #30363d; --paper: #0f1318;
  --panel: #171c22; --accent: #79b8ff; --warn-ink: #f2d28b; --warn-paper: #2b220d; --warn-line: #8a6a1f; } }
* { box-sizing: border-box; }
body { margin: 0; overflow-wrap: anywhere; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.1rem; margin: 1.25rem 0 .5rem; }
details h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
section { scroll-margin-top: 3rem; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
.sides { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0 0 .5rem; font-size: .9rem; }
.sides > div { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .45rem; }
.note { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .8rem; }
.contents { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: .1rem 1rem; background: var(--paper);
  border-bottom: 1px solid var(--line); font-size: .9rem; }
.contents ul { display: flex; flex-wrap: wrap; list-style: none; margin: 0; padding: 0; gap: 0 1rem; }
.contents a { display: inline-block; padding: .35rem 0; }
.reasons { margin: .6rem 0; }
.files { font-size: .85rem; margin: .3rem 0; }
.files > a { display: inline-block; padding: .15rem 0; margin-right: .5rem; }
dt { font-size: .8rem; color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.note { border-color: var(--warn-line); background: var(--warn-paper); color: var(--warn-ink); margin: .6rem 0; font-size: .9rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: left; font-size: .8rem; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line);
  padding: .4rem .75rem .4rem 0; vertical-align: bottom; }
td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tbody th { font-size: 1rem; font-weight: 400; color: var(--ink); padding: .6rem .75rem .6rem 0; vertical-align: top; }
tbody th:has(> .metric) { min-width: 6.5rem; }
.number { text-align: right; white-space: nowrap; }
:is(th, .long).number { white-space: normal; }
.short { white-space: nowrap; }
.value { font-size: 1.25rem; font-weight: 650; line-height: 1.3; }
.metric { font-weight: 600; }
.mark { display: inline-block; font-size: .75rem; line-height: 1.3; border: 1px solid var(--warn-line); border-radius: .3rem;
  padding: .05rem .35rem; color: var(--warn-ink); background: var(--warn-paper); }
ul { margin: .4rem 0; padding-left: 1.2rem; }
ul.warnings { color: var(--warn-ink); font-size: .9rem; }
code, .mono { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
details { border-top: 1px solid var(--line); padding: .6rem 0; }
summary { cursor: pointer; font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; }
figure { margin: .75rem 0 1rem; }
figure.figure { border: 1px solid var(--line); border-radius: .6rem; padding: .75rem 1.1rem .25rem; }
figure details { border: 0; padding: .2rem 0; font-size: .9rem; }
figure h3 { font-size: 1.05rem; margin: 0; }
figure p.soft { font-size: .85rem; margin: .15rem 0 .5rem; }
.beside { display: grid; gap: 0 1.25rem; }
@media (min-width: 86rem) { main:has(.beside .samples) { max-width: 84rem; } .beside:has(.samples) { grid-template-columns: minmax(0, 5fr) minmax(0, 2fr); }
  .beside .samples { grid-template-columns: 1fr; } .beside .samples .pictures { grid-template-columns: repeat(4, minmax(0, 1fr)); } }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .5rem 1rem; }
@media (min-width: 64rem) { .panels:not(:has(.small)):has(> :nth-child(4):last-child) { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.panel:not(.wide) svg.plot { max-width: 27rem; }
.panel.small svg.plot { max-width: 17rem; }
.panels.pairs { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.single .panels { grid-template-columns: 1fr; }
.panel.wide { grid-column: 1 / -1; }
svg.plot.narrow { display: none; }
.panels:has(.small) { grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
.panel.wide svg.plot { max-width: 54rem; }
.panel h4 { font-size: .85rem; margin: .5rem 0 0; }
svg.plot { display: block; width: 100%; height: auto; color: var(--ink); font-family: inherit; }
svg.plot[hidden], .off.off, figure:is(.no-metric, .no-score) { display: none; }
svg.plot .warn { fill: var(--warn-ink); }
svg.plot .picked { stroke: var(--ink); stroke-width: 1.5px; }
svg.plot .lit { stroke: var(--ink); stroke-width: 2.5px; }
.key { display: flex; flex-wrap: wrap; gap: .1rem .9rem; list-style: none; margin: .4rem 0; padding: 0; font-size: .8rem; }
.key svg { width: 22px; height: 18px; vertical-align: middle; margin-right: .35rem; }
.key li { overflow-wrap: anywhere; padding: .1rem .2rem; border: 1px solid transparent; line-height: 1.5; }
.key li:has(button) { padding: 0; border: 0; }
.tools { display: flex; flex-wrap: wrap; gap: .4rem 1rem; margin: .4rem 0; }
.group { display: inline-flex; flex-wrap: wrap; align-items: center; gap: .25rem; }
.group .name { font-size: .8rem; color: var(--soft); margin-right: .15rem; }
label { font-size: .9rem; }
button, select { font: inherit; font-size: .8rem; color: var(--ink); background: var(--panel); border: 1px solid var(--line);
  border-radius: .35rem; padding: .2rem .55rem; cursor: pointer; }
button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
button[aria-pressed="false"] { color: var(--soft); text-decoration: line-through; }
.group button[aria-pressed="false"] { text-decoration: none; }
.key button { background: none; border-color: var(--line); box-shadow: none; padding: .05rem .4rem .05rem .25rem; text-align: left; }
.tip { position: fixed; z-index: 1; max-width: 20rem; pointer-events: none; background: var(--ink); color: var(--paper);
  font-size: .8rem; line-height: 1.35; border-radius: .35rem; padding: .35rem .55rem; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .5rem; list-style: none; padding: 0; margin: .5rem 0; }
.gallery li { display: flex; flex-direction: column; border: 1px solid var(--line); border-radius: .4rem; padding: .35rem; font-size: .8rem; line-height: 1.3; }
.gallery.strip { grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); }
.gallery li[hidden] { display: none; }
.gallery .pictures { display: flex; gap: .3rem; }
.gallery img { width: 50%; max-width: 96px; }
.gallery .peek { position: relative; width: 50%; max-width: 96px; } .gallery .peek img { width: 100%; }
.peek img + img { position: absolute; inset: 0; opacity: 0; } .peek:hover img + img { opacity: 1; }
.gallery .mark { align-self: start; }
.gallery .mono { font-size: .75rem; }
main img { height: auto; aspect-ratio: 1; object-fit: contain; background: var(--panel); border-radius: .2rem; }
.script main img { cursor: zoom-in; }
.samples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: .5rem 2rem; }
.rows .samples { grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.samples h3, .levels h3 { font-size: .8rem; font-weight: 400; color: var(--soft); margin: 0; }
.samples > div, .beside > * { min-width: 0; }
.samples .pictures { display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); gap: .25rem; margin: .25rem 0; }
.samples img { width: 100%; }
.stack { display: grid; gap: .15rem; align-content: start; } .stack .peek { position: relative; display: block; }
img[hidden], .stack[hidden] { display: none; }
.levels { display: flex; flex-wrap: wrap; align-items: start; gap: 0 1rem; }
.levels h3 { flex: 0 0 9rem; }
.levels ul { flex: 1 1 12rem; display: grid; grid-template-columns: repeat(auto-fill, minmax(4.5rem, 5.5rem)); gap: .25rem .75rem; list-style: none; padding: 0; margin: .15rem 0; }
.levels li { display: flex; flex-direction: column; font-size: .8rem; line-height: 1.3; color: var(--soft); }
.levels img { width: 100%; }
.bar { width: 8rem; height: .8rem; vertical-align: middle; }
input { font: inherit; font-size: .8rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .35rem; padding: .2rem .4rem; }
.copy { margin-left: .4rem; }
.tip img { display: block; width: 96px; margin-bottom: .3rem; }
dialog { border: 1px solid var(--line); border-radius: .6rem; background: var(--paper); color: var(--ink); padding: 1rem; text-align: center; max-width: 96vw; }
dialog::backdrop { background: #000a; }
dialog img { width: min(70vmin, 40rem); aspect-ratio: 1; object-fit: contain; }
.notes { font-size: .9rem; padding-left: 1.4rem; }
.notes li { margin: .25rem 0; }
.notes li:target { background: var(--warn-paper); }
a { color: var(--accent); }
.sheet, .sheet + .sheet { border: 0; padding: .2rem 0; }
.scroll { overflow-x: auto; }
.scroll :is(th, td) { overflow-wrap: break-word; padding-block: .4rem; }
.scroll :is(td, tbody th) { font-size: .92rem; }
.scroll th .soft { font-weight: 400; }
.paste { margin: .5rem 0; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); padding: .75rem 1rem; }
pre { overflow-x: auto; }
@media (max-width: 40rem) {
  main { padding: 1.25rem .9rem 3rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td, th[scope="row"] { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: .6rem 0; }
  .scroll tr { display: flex; flex-wrap: wrap; gap: .1rem .9rem; }
  .scroll th[scope="row"] { flex-basis: 100%; font-weight: 600; }
  svg.plot.broad { display: none; }
  svg.plot.narrow:not([hidden]) { display: block; }
  td, th[scope="row"] { border: 0; padding: .1rem 0; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--soft); font-size: .8rem; }
  .number { text-align: left; white-space: normal; }
  .gallery { grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); }
  .panel { overflow-x: auto; }
  svg.plot { min-width: 26.5rem; }
  .small svg.plot { min-width: 13rem; }
  figure.figure { padding: .5rem .5rem 0; }
  .levels h3 { flex-basis: 100%; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .4rem; }
}
@page { margin: 14mm; }
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --panel: #fff; --warn-ink: #000; --warn-paper: #fff; --warn-line: #666; }
  main { max-width: none; padding: 0; }
  html { font-size: 12px; }
  tr, .note, .sides > div, .panel, .gallery li, .samples > div { break-inside: avoid; }
  figure > :is(h3, p, .key), summary, thead { break-inside: avoid; break-after: avoid; }
  .tools, .tip, .contents, .copy, dialog { display: none; }
  .contents { position: static; }
  details:not([open]) > summary { color: var(--soft); }
  .key button { border: 0; }
  .scroll { overflow: visible; }
  .scroll :is(th, td) { font-size: .8rem; padding: .15rem .4rem .15rem 0; white-space: normal; }
  .scroll :is(th, tr:has(:nth-child(9)) td) { overflow-wrap: anywhere; }
  h2, .panels, .warnings { break-after: avoid; }
}
`;

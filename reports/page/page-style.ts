/** The look of every page: system fonts, light and dark, print, and narrow screens down to 360 px. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --paper: #ffffff; --panel: #f6f8fa;
  --accent: #0b5cad; --warn-ink: #6b4500; --warn-paper: #fff6df; --warn-line: #e2b64a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa4af; --line: #30363d; --paper: #0f1318;
  --panel: #171c22; --accent: #79b8ff; --warn-ink: #f2d28b; --warn-paper: #2b220d; --warn-line: #8a6a1f; } }
* { box-sizing: border-box; }
body { margin: 0; overflow-wrap: anywhere; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: .75rem; margin: 0; }
.sides + details { border-top: 0; }
details > .sides { margin-top: .6rem; }
.sides > div, .note { border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); padding: .75rem 1rem; }
dt { font-size: .8rem; color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.note { border-color: var(--warn-line); background: var(--warn-paper); color: var(--warn-ink); margin: 1rem 0; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: left; font-size: .8rem; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line);
  padding: .4rem .75rem .4rem 0; vertical-align: bottom; }
td { padding: .6rem .75rem .6rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
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
ul.note { padding-left: 1.8rem; }
ul.warnings { color: var(--warn-ink); font-size: .9rem; }
code, .mono { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
details { border-top: 1px solid var(--line); padding: .6rem 0; }
summary { cursor: pointer; font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; }
figure { margin: 1.5rem 0 2.5rem; }
figure.figure { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; }
figure h3 { font-size: 1.05rem; margin: 0; }
figure p.soft { font-size: .85rem; margin: .15rem 0 .5rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .5rem 1rem; }
.single .panels { grid-template-columns: 1fr; }
.panel.wide { grid-column: 1 / -1; }
svg.plot.narrow { display: none; }
.panel:only-child:not(.wide) svg.plot { max-width: 32rem; }
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
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem; list-style: none; padding: 0; }
.gallery li { display: flex; flex-direction: column; gap: .1rem; border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; font-size: .8rem; }
.gallery .pictures { display: flex; gap: .3rem; }
.gallery img { width: 50%; max-width: 96px; height: auto; aspect-ratio: 1; object-fit: contain; background: var(--panel); }
.gallery .mark { align-self: start; }
.samples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: .5rem 2rem; }
.samples h3, .levels h3 { font-size: .8rem; font-weight: 400; color: var(--soft); margin: 0; }
.samples .pictures { display: grid; grid-template-columns: repeat(8, 1fr); gap: .25rem; margin: .25rem 0; }
.samples img { width: 100%; height: auto; aspect-ratio: 1; object-fit: contain; background: var(--panel); border-radius: .2rem; }
.levels ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(4.5rem, 96px)); gap: .5rem .75rem; list-style: none; padding: 0; margin: .25rem 0 .75rem; }
.levels li { display: flex; flex-direction: column; font-size: .8rem; line-height: 1.3; color: var(--soft); }
.levels img { width: 100%; max-width: 96px; height: auto; aspect-ratio: 1; object-fit: contain; background: var(--panel); border-radius: .2rem; }
.notes { font-size: .9rem; padding-left: 1.4rem; }
.notes li { margin: .25rem 0; }
.notes li:target { background: var(--warn-paper); }
a { color: var(--accent); }
.sheet h3 { font-size: 1rem; margin: 1.25rem 0 0; }
.scroll { overflow-x: auto; }
.scroll :is(th, td) { overflow-wrap: break-word; padding-block: .4rem; }
.scroll :is(td, tbody th) { font-size: .92rem; }
.scroll th .soft { font-weight: 400; }
.paste { margin: .5rem 0; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); padding: .75rem 1rem; }
figcaption { color: var(--soft); font-size: .9rem; margin: .5rem 0; }
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
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .4rem; }
}
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --panel: #fff; --warn-ink: #000; --warn-paper: #fff; --warn-line: #666; }
  main { max-width: none; padding: 0; }
  html { font-size: 12px; }
  tr, .note, .sides > div, .panels, .gallery li, figcaption { break-inside: avoid; }
  figure > :is(h3, p, .key), summary, thead { break-inside: avoid; break-after: avoid; }
  .tools, .tip { display: none; }
  .key button { border: 0; }
  .scroll { overflow: visible; }
  .scroll :is(th, td) { font-size: .8rem; padding: .15rem .4rem .15rem 0; white-space: normal; }
  .scroll th { overflow-wrap: anywhere; }
  h2, .panels, .warnings { break-after: avoid; }
  details::details-content { content-visibility: visible; height: auto; }
}
code.command { user-select: all; }
`;

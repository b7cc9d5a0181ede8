/** Colours of Okabe and Ito, told apart with every common colour vision deficiency; those of the dark page are lighter. */
export const PAGE_STYLE = `
:root {
  --ink: #1f2933; --faint: #52606d; --grid: #dde3e9; --paper: #ffffff; --link: #0b5ea8; --notice: #fff4d6;
  --series-0: #0072b2; --series-1: #d55e00; --series-2: #009e73; --series-3: #b5588f; --series-4: #b07800; --series-5: #3b8fc0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e7eb; --faint: #a3adb8; --grid: #343d48; --paper: #14181d; --link: #7fc4f0; --notice: #3d3214;
    --series-0: #56b4e9; --series-1: #f0974d; --series-2: #2fc79a; --series-3: #e29cc4; --series-4: #e6b740; --series-5: #9fd3f2;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1160px; padding: 24px 20px 64px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 Inter, system-ui, 'Helvetica Neue', Arial, sans-serif;
}
h1 { font-size: 1.75rem; margin: 0 0 4px; }
h2 { font-size: 1.25rem; margin: 48px 0 8px; scroll-margin-top: 12px; }
p { margin: 8px 0; max-width: 80ch; }
header > p { color: var(--faint); }
header > p.notice { color: var(--ink); background: var(--notice); padding: 8px 12px; border-left: 4px solid var(--series-1); }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 16px 0 0; list-style: none; }
figure { margin: 12px 0; }
figcaption { color: var(--faint); font-size: 0.9rem; max-width: 80ch; }
.canvas { width: 100%; }
.pictures { display: flex; flex-wrap: wrap; gap: 4px 24px; }
.pictures img { display: block; max-width: 100%; height: auto; }
.choice { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin: 8px 0; }
select, input, button, summary { font: inherit; color: inherit; }
select { background: var(--paper); border: 1px solid var(--faint); border-radius: 4px; padding: 4px 8px; }
input[type='range'] { width: min(360px, 60vw); accent-color: var(--series-0); }
summary { cursor: pointer; padding: 4px 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.scroll { overflow: auto; max-height: 70vh; margin: 8px 0 16px; }
.pages { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin: 8px 0; font-size: 0.9rem; }
.pages[hidden] { display: none; }
.pages button { background: none; border: 1px solid var(--faint); border-radius: 4px; padding: 4px 10px; cursor: pointer; }
.pages button[aria-disabled='true'] { color: var(--faint); border-color: var(--grid); cursor: default; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 4px 0; color: var(--faint); }
caption.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--paper); border-bottom: 2px solid var(--faint); }
th button { background: none; border: 0; padding: 0; font-weight: 600; text-align: inherit; cursor: pointer; white-space: nowrap; }
th[aria-sort='ascending'] button::after { content: ' ▲'; content: ' ▲' / ''; }
th[aria-sort='descending'] button::after { content: ' ▼'; content: ' ▼' / ''; }
.number { text-align: right; white-space: nowrap; }
.words { text-align: left; }
tbody th { font-weight: 400; }
pre { overflow: auto; max-height: 70vh; font-size: 0.85rem; border: 1px solid var(--grid); padding: 12px; }
@media print { .choice, nav { display: none; } section { break-inside: avoid; } }
`;

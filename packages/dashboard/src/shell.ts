import { readPageScript } from '@auto-seg-loss/report/script';
import { PAGE_STYLE } from '@auto-seg-loss/report/style';

/** Made of src/page by the build. */
const SCRIPT = new URL('../dist/page.bundle.js', import.meta.url);

/** The page, in which a script shows all else: what runs hold is never a part of it. */
export const SHELL = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Runs</title>
<link rel="stylesheet" href="style.css">
<link rel="icon" href="data:,">
</head>
<body>
<noscript>What this page shows is drawn by a script of its own.</noscript>
<script src="page.js"></script>
</body>
</html>
`;

export const STYLE: string = `${PAGE_STYLE}
h1::first-letter { text-transform: uppercase; }
#connection { color: var(--ink); background: var(--notice); padding: 8px 12px; border-left: 4px solid var(--series-1); }
#connection:empty { display: none; }
.runs { width: 100%; }
.runs th, .runs td { padding-right: 16px; }
.state { white-space: nowrap; }
.state::before { content: '○ '; content: '○ ' / ''; }
.state[data-state='running']::before { content: '▶ '; content: '▶ ' / ''; color: var(--series-2); }
.state[data-state='finished']::before { content: '✓ '; content: '✓ ' / ''; }
.state[data-state='failed']::before { content: '✕ '; content: '✕ ' / ''; color: var(--series-1); }
progress { width: 9rem; height: 0.6rem; accent-color: var(--series-0); vertical-align: middle; }
.problem { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.85rem; margin: 0; border: 0; padding: 0; }
.facts th { font-weight: 600; }
.facts td { overflow-wrap: anywhere; }
.doing { padding-left: 20px; font-variant-numeric: tabular-nums; }
`;

/** @throws AslError ASL_INTERNAL where the package was not built. */
export function pageScript(): Promise<string> {
  return readPageScript(SCRIPT);
}

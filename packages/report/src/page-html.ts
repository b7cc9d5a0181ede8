import { createHash } from 'node:crypto';
import type { PageData } from './page/page-data.ts';
import { readPageScript } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

/** Made of src/page by the build. */
const SCRIPT = new URL('../dist/page.bundle.js', import.meta.url);

/**
 * A page as one file that needs no other: style, script and data are in it. It asks nothing of any network, and its policy lets
 * no other script run than the one that comes with this package.
 * @throws AslError ASL_INTERNAL where the package was not built.
 */
export async function pageHtml(data: PageData): Promise<string> {
  const script = await readPageScript(SCRIPT);
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(data.title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<noscript>The charts and tables of this page are drawn by a script, which is in the file.</noscript>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that ends no script element, whatever is in it. */
export function scriptJson(data: unknown): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

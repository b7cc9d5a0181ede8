// Makes the script of pages: `src/page` with the parts of the chart library that it uses, as one text for a script element.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  configFile: false,
  logLevel: 'error',
  root: at('.'),
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: at('dist'),
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: at('src/page/main.ts'), formats: ['iife'], name: 'page', fileName: () => 'page.bundle.js' },
  },
});

const script = readFileSync(at('dist/page.bundle.js'), 'utf8');
// Either would end the script element, or change how the rest of it is read.
for (const mark of ['</script', '<!--'])
  if (script.includes(mark)) throw new Error(`dist/page.bundle.js has ${mark} in it`);

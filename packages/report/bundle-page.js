import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Makes the script of a page: `src/page/main.ts` of a package, with the parts of other packages that it uses, as one text for a
 * script element: `dist/page.bundle.js`.
 * @param {string} from the address of a module in the package's folder.
 */
export async function bundlePage(from) {
  const at = (path) => fileURLToPath(new URL(path, from));
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
}

import { bundlePage } from '../report/bundle-page.js';

await bundlePage(import.meta.url);

import { bundlePage } from './bundle-page.js';

await bundlePage(import.meta.url);

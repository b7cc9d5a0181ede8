// Run with `node --import`: plants the fault that MUTANT describes, { file, find, replace }, in the process.
import { register } from 'node:module';

const { file, find, replace } = JSON.parse(process.env.MUTANT ?? '{}');
const url = new URL(`../../../${file}`, import.meta.url).href;
register('./patch-loader.mjs', import.meta.url, { data: { url, find, replace } });

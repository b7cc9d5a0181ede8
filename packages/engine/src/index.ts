export { type Engine, type Fallback, type OpenOptions, openEngine } from './backend/open-engine.ts';

import { describe } from 'vitest';
import { engines } from '../../packages/engine/test/engines.ts';
import { describeLaws } from '../describe-laws.ts';

// Where the native engine is not installed, npm test has them on WebAssembly, and nothing is left for here.
describe.each(engines.slice(1))('on the %s engine', (engine) => describeLaws(engine));

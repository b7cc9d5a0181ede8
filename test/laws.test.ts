import { describe } from 'vitest';
import { engines } from '../packages/engine/test/engines.ts';
import { describeLaws } from './describe-laws.ts';

describe('without tensors', () => describeLaws());

// On the first engine; test/long has the others.
describe.each(engines.slice(0, 1))('on the %s engine', (engine) => describeLaws(engine));

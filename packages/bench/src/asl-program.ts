import { fileURLToPath } from 'node:url';

/** The program as it is built, whether this module runs compiled or from source (as in tests). */
export const ASL: string = fileURLToPath(new URL('../../cli/bin/asl.js', import.meta.url));

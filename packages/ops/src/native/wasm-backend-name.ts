/** The name that tfjs's WebAssembly backend and its kernels have in tfjs's registries. */
export const WASM_BACKEND = 'wasm';

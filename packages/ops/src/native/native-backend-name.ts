/** The name that tfjs's Node backend and its kernels have in tfjs's registries. */
export const NATIVE_BACKEND = 'tensorflow';

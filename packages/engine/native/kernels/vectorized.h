#ifndef ASL_VECTORIZED_H_
#define ASL_VECTORIZED_H_

// One compiled version for each generation of processors; the loader takes the best.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ASL_VECTORIZED __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define ASL_VECTORIZED
#endif

#define ASL_INLINE inline __attribute__((always_inline))

#endif  // ASL_VECTORIZED_H_

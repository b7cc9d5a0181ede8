#ifndef ASL_VECTORIZED_H_
#define ASL_VECTORIZED_H_

// One compiled version for each generation of processors; the loader takes the best. By what they can do: named
// processors (arch=haswell and the like) would leave out those of other makers.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define ASL_VECTORIZED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ASL_VECTORIZED __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#define ASL_VECTORIZED
#endif

#define ASL_INLINE inline __attribute__((always_inline))

#endif  // ASL_VECTORIZED_H_

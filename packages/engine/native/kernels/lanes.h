// Vectors of floats that compile to the registers of whichever processor ASL_VECTORIZED compiles for.
#ifndef ASL_LANES_H_
#define ASL_LANES_H_

#include <cstring>

#include "vectorized.h"

namespace asl {

// Values that are worked on at a time: one register of AVX-512, two of AVX2.
constexpr int kLanes = 16;
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

ASL_INLINE Lanes Load(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

ASL_INLINE void Store(const Lanes& lanes, float* to) { std::memcpy(to, &lanes, sizeof lanes); }

}  // namespace asl

#endif  // ASL_LANES_H_

// Functions of single numbers in float32, written so that loops over them become vector code.
#ifndef ASL_ELEMENTARY_H_
#define ASL_ELEMENTARY_H_

#include <cstdint>
#include <cstring>

#include "vectorized.h"

namespace asl {

template <typename To, typename From>
ASL_INLINE To BitCast(From from) {
  static_assert(sizeof(To) == sizeof(From), "of one size");
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

// e^x for x <= 0, within 2 units in the last place: 2^k times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes' expf). Below
// e^-87 it is 0: a softmax that is sure gives 0 and 1, on which a surrogate equals its metric even where a curve steps at 0.
ASL_INLINE float ExpNegative(float x) {
  const bool gone = x < -87.0f;
  x = gone ? -87.0f : x;
  const float shifted = x * 1.44269504f + 12582912.0f;  // rounds to the nearest whole number
  const float k = shifted - 12582912.0f;
  float r = x - k * 0.693359375f;
  r -= k * -2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * r * r + r + 1.0f;
  const float result = y * BitCast<float>((static_cast<int32_t>(k) + 127) << 23);
  return gone ? 0.0f : result;
}

// ln x for normal x > 0, within 2 units in the last place (Cephes' logf); NaN for NaN.
ASL_INLINE float Log(float x) {
  // x = m 2^k with m in [sqrt(1/2), sqrt(2))
  const int32_t bits = BitCast<int32_t>(x);
  const int32_t k = (bits - 0x3f3504f3) >> 23;
  const float m = BitCast<float>(bits - (k << 23)) - 1.0f;
  const float square = m * m;
  float y = 7.0376836292e-2f;
  y = y * m - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  const float exponent = static_cast<float>(k);
  y = y * m * square - 2.12194440e-4f * exponent - 0.5f * square;
  const float result = m + y + 0.693359375f * exponent;
  return x == x ? result : x;
}

}  // namespace asl

#endif  // ASL_ELEMENTARY_H_

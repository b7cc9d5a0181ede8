// The softmax over the classes, for blocks of pixels [pixels, classes].
#ifndef ASL_SOFTMAX_H_
#define ASL_SOFTMAX_H_

#include <cstdint>

namespace asl {

// Pixels at a time: all arrays of a block stay in the first-level cache.
constexpr int kBlock = 64;

inline bool IsClass(int32_t label, int classes) { return label >= 0 && label < classes; }

// p = softmax(logits); finite for finite logits.
void Softmax(const float* logits, float* p, int pixels, int classes);

// The gradient by the logits, from the one by the probabilities.
void SoftmaxGradient(const float* p, const float* dp, float* dlogits, int pixels, int classes);

}  // namespace asl

#endif  // ASL_SOFTMAX_H_

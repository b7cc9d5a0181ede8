// The softmax over the classes, for losses that go through each class on its own: planes [classes, stride] of a block of
// pixels, which are vectors of pixels and not of classes.
#ifndef ASL_SOFTMAX_PLANES_H_
#define ASL_SOFTMAX_PLANES_H_

#include <cstdint>
#include <vector>

namespace asl {

class SoftmaxPlanes {
 public:
  explicit SoftmaxPlanes(int classes);

  // How far apart planes of so many pixels lie best. Were it a power of two, blocks of all of them would compete for the
  // same lines of the caches.
  static int64_t Stride(int64_t pixels) { return (pixels + 15) / 16 * 16 + 80; }

  // p [classes, stride] = softmax(logits [pixels, classes]); any number of pixels.
  void Forward(const float* logits, float* p, int64_t stride, int64_t pixels);

  // The gradient by the logits, from the one by the probabilities; both [classes, stride].
  void Backward(const float* p, const float* dp, int64_t stride, float* dlogits, int64_t pixels);

 private:
  int classes_;
  std::vector<float> block_;
};

}  // namespace asl

#endif  // ASL_SOFTMAX_PLANES_H_

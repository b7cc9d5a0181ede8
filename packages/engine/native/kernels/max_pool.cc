// The maximum over windows of 3×3 pixels around every second pixel of every second row, as far as they lie in the image, and its
// gradient. The equal of composedMaxPool in max-pool.ts.
#include <algorithm>
#include <limits>

#include "op_context.h"
#include "vectorized.h"

namespace asl {
namespace {

constexpr int kSize = 3, kStride = 2;

// A value that is no number is the largest.
ASL_VECTORIZED void TakeLarger(const float* __restrict x, int tap, float* __restrict largest, int32_t* __restrict taps, int n) {
  for (int c = 0; c < n; c++) {
    const bool take = (x[c] > largest[c]) | (x[c] != x[c]);
    largest[c] = take ? x[c] : largest[c];
    taps[c] = take ? tap : taps[c];
  }
}

ASL_VECTORIZED void AddTaken(const float* __restrict dy, const int32_t* __restrict taps, int tap, float* __restrict dx, int n) {
  for (int c = 0; c < n; c++) {
    const float all = dy[c];
    dx[c] += taps[c] == tap ? all : 0.0f;
  }
}

// Runs f(offset of the output, tap, offset of the input) for all taps of all windows that lie in images [images, height, width, c].
template <typename F>
void Windows(int64_t images, int height, int width, int channels, F f) {
  const int rows = (height + 1) / kStride, columns = (width + 1) / kStride;
  for (int64_t image = 0; image < images; image++)
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++)
        for (int tap = 0; tap < kSize * kSize; tap++) {
          const int row = i * kStride + tap / kSize - 1, column = j * kStride + tap % kSize - 1;
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          f(((image * rows + i) * columns + j) * channels, tap, ((image * height + row) * width + column) * channels);
        }
}

// Input: x [n, h, w, c]. Outputs: the maxima, and by which of the nine pixels they were reached first [n, ceil(h/2), ceil(w/2), c].
void MaxPool(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> x(context, 0);
  if (!context.ok()) return;
  const int height = static_cast<int>(x.dim(1)), width = static_cast<int>(x.dim(2)), channels = static_cast<int>(x.dim(3));
  const std::vector<int64_t> shape{x.dim(0), (height + 1) / kStride, (width + 1) / kStride, channels};
  float* y = context.Output(0, shape);
  int32_t* taps = context.OutputInt32(1, shape);
  if (!context.ok()) return;
  const int64_t size = shape[0] * shape[1] * shape[2] * shape[3];
  std::fill(y, y + size, -std::numeric_limits<float>::infinity());
  // Its middle lies in every image.
  std::fill(taps, taps + size, kSize * kSize / 2);
  Windows(x.dim(0), height, width, channels, [&](int64_t to, int tap, int64_t from) {
    TakeLarger(x.data() + from, tap, y + to, taps + to, channels);
  });
}

// Inputs: dy, by which pixel maxima were reached [n, ceil(h/2), ceil(w/2), c], size int32 [2]: h and w. Output: dx [n, h, w, c].
void MaxPoolGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> dy(context, 0);
  Input<int32_t> taps(context, 1);
  Input<int32_t> size(context, 2);
  if (!context.ok()) return;
  const int height = size.data()[0], width = size.data()[1], channels = static_cast<int>(dy.dim(3));
  float* dx = context.Output(0, {dy.dim(0), height, width, channels});
  if (!context.ok()) return;
  std::fill(dx, dx + dy.dim(0) * height * width * channels, 0.0f);
  Windows(dy.dim(0), height, width, channels, [&](int64_t from, int tap, int64_t to) {
    AddTaken(dy.data() + from, taps.data() + from, tap, dx + to, channels);
  });
}

const bool registered =
    RegisterOp("AslMaxPool", {"x: float"}, {"y: float", "taps: int32"}, MaxPool) &&
    RegisterOp("AslMaxPoolGrad", {"dy: float", "taps: int32", "size: int32"}, {"dx: float"}, MaxPoolGradient);

}  // namespace
}  // namespace asl

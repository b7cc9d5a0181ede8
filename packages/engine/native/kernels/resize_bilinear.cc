// The gradient of bilinear interpolation with half-pixel centres. The equal of composedResize in resize-bilinear.ts.
#include <algorithm>
#include <cmath>
#include <vector>

#include "op_context.h"
#include "vectorized.h"

namespace asl {
namespace {

// Which two of `from` positions a position of the result lies between; `share` is the weight of the second.
struct Between {
  int low;
  int high;
  float share;
};

std::vector<Between> Positions(int from, int to) {
  std::vector<Between> positions(to);
  for (int i = 0; i < to; i++) {
    const double at = std::max(0.0, (i + 0.5) * from / to - 0.5);
    const int low = std::min(static_cast<int>(at), from - 1);
    positions[i] = {low, std::min(low + 1, from - 1), static_cast<float>(at - low)};
  }
  return positions;
}

ASL_VECTORIZED void AddScaled(const float* __restrict from, float weight, float* __restrict to, int n) {
  for (int i = 0; i < n; i++) to[i] += weight * from[i];
}

// Inputs: dy [n, H, W, c], size int32 [2]: h and w. Output: dx [n, h, w, c].
void ResizeBilinearGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> dy(context, 0);
  Input<int32_t> size(context, 1);
  if (!context.ok()) return;
  const int64_t images = dy.dim(0);
  const int height = static_cast<int>(dy.dim(1)), width = static_cast<int>(dy.dim(2));
  const int channels = static_cast<int>(dy.dim(3));
  const int h = size.data()[0], w = size.data()[1];
  float* dx = context.Output(0, {images, h, w, channels});
  if (!context.ok()) return;
  const std::vector<Between> rows = Positions(h, height), columns = Positions(w, width);
  const int64_t wide = static_cast<int64_t>(width) * channels, narrow = static_cast<int64_t>(w) * channels;
  // The rows first, whole rows at a time; what is left for the columns is smaller by then.
  std::vector<float> tall(h * wide);
  for (int64_t image = 0; image < images; image++) {
    std::fill(tall.begin(), tall.end(), 0.0f);
    for (int i = 0; i < height; i++) {
      const float* row = dy.data() + (image * height + i) * wide;
      AddScaled(row, 1.0f - rows[i].share, tall.data() + rows[i].low * wide, static_cast<int>(wide));
      if (rows[i].share != 0.0f) AddScaled(row, rows[i].share, tall.data() + rows[i].high * wide, static_cast<int>(wide));
    }
    float* out = dx + image * h * narrow;
    std::fill(out, out + h * narrow, 0.0f);
    for (int i = 0; i < h; i++) {
      const float* row = tall.data() + i * wide;
      float* target = out + i * narrow;
      for (int j = 0; j < width; j++) {
        const float* pixel = row + j * channels;
        AddScaled(pixel, 1.0f - columns[j].share, target + columns[j].low * channels, channels);
        AddScaled(pixel, columns[j].share, target + columns[j].high * channels, channels);
      }
    }
  }
}

const bool registered = RegisterOp("AslResizeBilinearGrad", {"dy: float", "size: int32"}, {"dx: float"}, ResizeBilinearGradient);

}  // namespace
}  // namespace asl

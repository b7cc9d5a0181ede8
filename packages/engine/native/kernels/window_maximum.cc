// The largest or smallest value of the window around each pixel, and where it stands. The equal of composedWindowMaximum in
// window-maximum.ts.
#include <algorithm>
#include <cstring>
#include <vector>

#include "op_context.h"
#include "vectorized.h"

namespace asl {
namespace {

// best = max(best, candidate), and the source of it; the first of equal values stays.
ASL_VECTORIZED void Improve(const float* __restrict candidate, const int32_t* __restrict candidate_source,
                            float* __restrict best, int32_t* __restrict source, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const bool better = candidate[i] > best[i];
    best[i] = better ? candidate[i] : best[i];
    source[i] = better ? candidate_source[i] : source[i];
  }
}

ASL_VECTORIZED void ImproveFrom(const float* __restrict candidate, int32_t first_source, float* __restrict best,
                                int32_t* __restrict source, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const bool better = candidate[i] > best[i];
    best[i] = better ? candidate[i] : best[i];
    source[i] = better ? first_source + static_cast<int32_t>(i) : source[i];
  }
}

ASL_VECTORIZED void Scaled(const float* __restrict x, float factor, float* __restrict y, int64_t n) {
  for (int64_t i = 0; i < n; i++) y[i] = factor * x[i];
}

// Inputs: x [n, h, w, c], settings int32: how far the window reaches, 1 for the maximum or -1 for the minimum.
// Outputs: y, and int32 for each value where in its image it is from (flat index).
void WindowMaximum(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> x(context, 0);
  Input<int32_t> settings(context, 1);
  if (!context.ok()) return;
  float* y = context.Output(0, x.shape());
  int32_t* sources = context.OutputInt32(1, x.shape());
  if (!context.ok()) return;
  const int64_t images = x.dim(0), h = x.dim(1), c = x.dim(3), row = x.dim(2) * c;
  const int64_t reach = settings.data()[0];
  const float sign = static_cast<float>(settings.data()[1]);
  std::vector<float> input(row), rows(h * row);
  std::vector<int32_t> row_sources(h * row);
  // The first candidate for each value of a row: the leftmost of its window.
  std::vector<int32_t> leftmost(row);
  for (int64_t j = 0; j < row; j++) leftmost[j] = static_cast<int32_t>(j - std::min(reach, j / c) * c);
  for (int64_t image = 0; image < images; image++) {
    const float* from = x.data() + image * h * row;
    // Along each row: the row against itself, shifted by whole pixels.
    for (int64_t i = 0; i < h; i++) {
      float* best = rows.data() + i * row;
      int32_t* source = row_sources.data() + i * row;
      Scaled(from + i * row, sign, input.data(), row);
      for (int64_t j = 0; j < row; j++) {
        best[j] = input[leftmost[j]];
        source[j] = static_cast<int32_t>(i * row) + leftmost[j];
      }
      for (int64_t shift = -reach + 1; shift <= reach; shift++) {
        const int64_t begin = shift < 0 ? std::min(-shift * c, row) : 0;
        const int64_t end = shift > 0 ? std::max<int64_t>(row - shift * c, 0) : row;
        if (end <= begin) continue;
        ImproveFrom(input.data() + begin + shift * c, static_cast<int32_t>(i * row + begin + shift * c), best + begin,
                    source + begin, end - begin);
      }
    }
    // Then whole rows against each other.
    for (int64_t i = 0; i < h; i++) {
      float* best = y + (image * h + i) * row;
      int32_t* source = sources + (image * h + i) * row;
      const int64_t first = std::max<int64_t>(0, i - reach), last = std::min(h - 1, i + reach);
      std::memcpy(best, rows.data() + first * row, row * sizeof(float));
      std::memcpy(source, row_sources.data() + first * row, row * sizeof(int32_t));
      for (int64_t r = first + 1; r <= last; r++) {
        Improve(rows.data() + r * row, row_sources.data() + r * row, best, source, row);
      }
      if (sign < 0.0f) {
        for (int64_t j = 0; j < row; j++) best[j] = -best[j];
      }
    }
  }
}

// Inputs: dy [n, h, w, c], the sources. Output: dx.
void WindowMaximumGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> dy(context, 0);
  Input<int32_t> sources(context, 1);
  if (!context.ok()) return;
  float* dx = context.Output(0, dy.shape());
  if (!context.ok()) return;
  const int64_t images = dy.dim(0), pixels = dy.size() / std::max<int64_t>(images, 1);
  std::memset(dx, 0, dy.size() * sizeof(float));
  for (int64_t image = 0; image < images; image++) {
    const int64_t at = image * pixels;
    for (int64_t i = 0; i < pixels; i++) dx[at + sources.data()[at + i]] += dy.data()[at + i];
  }
}

const bool registered =
    RegisterOp("AslWindowMaximum", {"x: float", "settings: int32"}, {"y: float", "sources: int32"}, WindowMaximum) &&
    RegisterOp("AslWindowMaximumGrad", {"dy: float", "sources: int32"}, {"dx: float"}, WindowMaximumGradient);

}  // namespace
}  // namespace asl

#include "label_outlines.h"

#include <algorithm>

#include "op_context.h"
#include "softmax.h"
#include "vectorized.h"

namespace asl {
namespace {

// Each of n bytes takes in the one that stands some way ahead, which is read before it changes.
ASL_VECTORIZED void TakeIn(uint8_t* bytes, int64_t ahead, int64_t n) {
#pragma GCC ivdep
  for (int64_t j = 0; j < n; j++) bytes[j] |= bytes[j + ahead];
}

// Unites each of n bytes with those that follow it a step apart, `count` in all, by windows of 1, 2, 4 and so on.
void Window(uint8_t* bytes, int64_t n, int64_t count, int64_t step) {
  int64_t side = 1;
  for (; 2 * side <= count; side *= 2) {
    n -= side * step;
    TakeIn(bytes, side * step, n);
  }
  const int64_t rest = count - side;
  if (rest > 0) TakeIn(bytes, rest * step, n - rest * step);
}

// Of a row and those above and below it: not 0 where a pixel's label differs from the one `shift` columns away.
ASL_VECTORIZED void Differ(const int32_t* __restrict row, const int32_t* __restrict above,
                           const int32_t* __restrict below, int64_t shift, int32_t* __restrict differs, int64_t begin,
                           int64_t end) {
  for (int64_t x = begin; x < end; x++) {
    const int32_t label = row[x];
    differs[x] |= (row[x + shift] ^ label) | (above[x + shift] ^ label) | (below[x + shift] ^ label);
  }
}

}  // namespace

void LabelEdges(const int32_t* labels, ImageSize size, int classes, uint8_t* edges) {
  std::vector<int32_t> differs(size.w);
  for (int64_t y = 0; y < size.h; y++) {
    const int32_t* row = labels + y * size.w;
    const int32_t* above = y > 0 ? row - size.w : row;
    const int32_t* below = y + 1 < size.h ? row + size.w : row;
    std::fill(differs.begin(), differs.end(), 0);
    for (int64_t shift = -1; shift <= 1; shift++) {
      Differ(row, above, below, shift, differs.data(), std::max<int64_t>(0, -shift), size.w - std::max<int64_t>(0, shift));
    }
    for (int64_t x = 0; x < size.w; x++) edges[y * size.w + x] = differs[x] != 0 && IsClass(row[x], classes);
  }
}

NearBytes::NearBytes(ImageSize size, int64_t count, int64_t tolerance)
    : size_(size),
      count_(count),
      reach_y_(std::min(tolerance, size.h)),
      reach_x_(std::min(tolerance, size.w)),
      wide_((size.w + 2 * reach_x_) * count),
      bytes_((size.h + 2 * reach_y_) * wide_) {}

void NearBytes::Clear() { std::fill(bytes_.begin(), bytes_.end(), uint8_t{0}); }

void NearBytes::Dilate() {
  for (int64_t y = 0; y < size_.h; y++) Window(bytes_.data() + (y + reach_y_) * wide_, wide_, 2 * reach_x_ + 1, count_);
  Window(bytes_.data(), static_cast<int64_t>(bytes_.size()), 2 * reach_y_ + 1, wide_);
}

namespace {

// Inputs: labels int32 [n, h, w], settings int32: classes, tolerance, the first class whose outline is drawn.
// Output [n h w]: 1 within the tolerance of an outline, else 0.
void LabelTrimap(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<int32_t> labels(context, 0);
  Input<int32_t> settings(context, 1);
  if (!context.ok()) return;
  const ImageSize size{labels.dim(1), labels.dim(2)};
  float* trimap = context.Output(0, {labels.size()});
  if (!context.ok()) return;
  const int classes = settings.data()[0];
  const int32_t first = settings.data()[2];
  std::vector<uint8_t> edges(size.pixels());
  NearBytes near(size, 1, settings.data()[1]);
  for (int64_t image = 0; image < labels.dim(0); image++) {
    const int32_t* label = labels.data() + image * size.pixels();
    float* out = trimap + image * size.pixels();
    LabelEdges(label, size, classes, edges.data());
    near.Clear();
    for (int64_t i = 0; i < size.pixels(); i++) near.Row(i / size.w)[i % size.w] = edges[i] != 0 && label[i] >= first;
    near.Dilate();
    for (int64_t i = 0; i < size.pixels(); i++) out[i] = static_cast<float>(near.Near(i / size.w)[i % size.w]);
  }
}

const bool registered =
    RegisterOp("AslLabelTrimap", {"labels: int32", "settings: int32"}, {"trimap: float"}, LabelTrimap);

}  // namespace
}  // namespace asl

#include "label_outlines.h"

#include <algorithm>

#include "op_context.h"
#include "softmax.h"
#include "vectorized.h"

namespace asl {
namespace {

ASL_VECTORIZED void Unite(const uint8_t* __restrict from, uint8_t* __restrict into, int64_t n) {
  for (int64_t i = 0; i < n; i++) into[i] |= from[i];
}

ASL_VECTORIZED void Unite(const uint64_t* __restrict from, uint64_t* __restrict into, int64_t n) {
  for (int64_t i = 0; i < n; i++) into[i] |= from[i];
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

template <typename Word>
void DilateWords(std::vector<Word>& words, ImageSize size, int64_t count, int64_t tolerance) {
  const int64_t row = size.w * count;
  std::vector<Word> rows(words);
  for (int64_t y = 0; y < size.h; y++) {
    const Word* from = words.data() + y * row;
    Word* into = rows.data() + y * row;
    for (int64_t shift = 1; shift <= std::min(tolerance, size.w - 1); shift++) {
      Unite(from, into + shift * count, row - shift * count);
      Unite(from + shift * count, into, row - shift * count);
    }
  }
  words = rows;
  for (int64_t y = 0; y < size.h; y++) {
    const int64_t top = std::max<int64_t>(0, y - tolerance), bottom = std::min(size.h - 1, y + tolerance);
    for (int64_t v = top; v <= bottom; v++) {
      if (v != y) Unite(rows.data() + v * row, words.data() + y * row, row);
    }
  }
}

template void DilateWords(std::vector<uint8_t>&, ImageSize, int64_t, int64_t);
template void DilateWords(std::vector<uint64_t>&, ImageSize, int64_t, int64_t);

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
  std::vector<uint8_t> words(size.pixels());
  for (int64_t image = 0; image < labels.dim(0); image++) {
    const int32_t* label = labels.data() + image * size.pixels();
    float* out = trimap + image * size.pixels();
    LabelEdges(label, size, classes, edges.data());
    for (int64_t i = 0; i < size.pixels(); i++) words[i] = edges[i] != 0 && label[i] >= first;
    DilateWords(words, size, 1, settings.data()[1]);
    for (int64_t i = 0; i < size.pixels(); i++) out[i] = static_cast<float>(words[i]);
  }
}

const bool registered =
    RegisterOp("AslLabelTrimap", {"labels: int32", "settings: int32"}, {"trimap: float"}, LabelTrimap);

}  // namespace
}  // namespace asl

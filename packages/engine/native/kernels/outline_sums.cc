// The sums of F1 of outlines, and their gradient. The outline of probabilities p with their erosion q (the smallest of 3 x 3):
//   e = or1(p) + or2(q) - or1(p) or2(q) - and1(p) and2(q)
// and with t the edges of the label, for each class and image:
//   hits = sum of e near t    drawn = sum of e    found = sum over t of the largest e near    true = sum of t
// What RelaxedMeasure composes of windows, masks and curves, with the same result. The largest e near is wanted at the
// label's edges only, where it is searched for; the maxima along rows are made for all.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "curve.h"
#include "label_outlines.h"
#include "op_context.h"
#include "softmax.h"
#include "vectorized.h"

namespace asl {
namespace {

// Values that are treated at a time, so that all stay in the first-level cache.
constexpr int kChunk = 512;

// Less than any outline.
constexpr float kBelow = -2.0f;

struct OutlineCurves {
  Curve and_p;
  Curve and_q;
  Curve or_p;
  Curve or_q;
};

// The outline of n values, and its slopes by p and by q.
ASL_VECTORIZED void Outline(const OutlineCurves& curves, const float* __restrict p, const float* __restrict q,
                            float* __restrict e, float* __restrict by_p, float* __restrict by_q, int n) {
  float and_p[kChunk], and_q[kChunk], or_p[kChunk], or_q[kChunk];
  float d_and_p[kChunk], d_and_q[kChunk], d_or_p[kChunk], d_or_q[kChunk];
  CurveValuesAndSlopes(curves.and_p, p, and_p, d_and_p, n);
  CurveValuesAndSlopes(curves.and_q, q, and_q, d_and_q, n);
  CurveValuesAndSlopes(curves.or_p, p, or_p, d_or_p, n);
  CurveValuesAndSlopes(curves.or_q, q, or_q, d_or_q, n);
  for (int i = 0; i < n; i++) {
    e[i] = (or_p[i] + or_q[i] - or_p[i] * or_q[i]) - and_p[i] * and_q[i];
    by_p[i] = d_or_p[i] * (1.0f - or_q[i]) - d_and_p[i] * and_q[i];
    by_q[i] = d_or_q[i] * (1.0f - or_p[i]) - d_and_q[i] * and_p[i];
  }
}

// The smallest of each value of a row and those of the pixels beside it, and which: 0 left, 1 itself, 2 right; the leftmost
// of equal ones.
ASL_VECTORIZED void RowMinimum(const float* __restrict p, float* __restrict least, int32_t* __restrict which, int64_t row,
                               int64_t c) {
  for (int64_t j = 0; j < std::min(c, row); j++) {
    least[j] = p[j];
    which[j] = 1;
  }
  for (int64_t j = c; j < row; j++) {
    const bool here = p[j] < p[j - c];
    least[j] = here ? p[j] : p[j - c];
    which[j] = here ? 1 : 0;
  }
  for (int64_t j = 0; j < row - c; j++) {
    const bool right = p[j + c] < least[j];
    least[j] = right ? p[j + c] : least[j];
    which[j] = right ? 2 : which[j];
  }
}

ASL_VECTORIZED void ImproveMinimum(const float* __restrict candidate, const int32_t* __restrict which, int32_t above,
                                   float* __restrict least, int32_t* __restrict source, int64_t n) {
  for (int64_t j = 0; j < n; j++) {
    const bool better = candidate[j] < least[j];
    least[j] = better ? candidate[j] : least[j];
    source[j] = better ? above + which[j] : source[j];
  }
}

ASL_VECTORIZED void Narrow(const int32_t* __restrict from, uint8_t* __restrict to, int64_t n) {
  for (int64_t j = 0; j < n; j++) to[j] = static_cast<uint8_t>(from[j]);
}

ASL_VECTORIZED void Larger(const float* __restrict a, const float* __restrict b, float* __restrict larger, int64_t n) {
  for (int64_t j = 0; j < n; j++) larger[j] = a[j] > b[j] ? a[j] : b[j];
}

// Adds values to one total, and those that count to another.
ASL_VECTORIZED void AddBoth(const float* __restrict x, const float* __restrict counts, float* __restrict all,
                            float* __restrict counted, int64_t n) {
  for (int64_t j = 0; j < n; j++) {
    all[j] += x[j];
    counted[j] += x[j] * counts[j];
  }
}

// Bits as floats: pixels [pixels, words] to [pixels, classes]. By halves of words, of which more are treated at once.
ASL_VECTORIZED void Expand(const uint64_t* __restrict bits, float* __restrict out, int64_t pixels, int classes,
                           int64_t words) {
  for (int64_t i = 0; i < pixels; i++) {
    for (int begin = 0; begin < classes; begin += 32) {
      const int32_t half = static_cast<int32_t>(bits[i * words + begin / 64] >> (begin % 64));
      float* row = out + i * classes + begin;
      const int count = std::min(32, classes - begin);
      for (int c = 0; c < count; c++) row[c] = static_cast<float>((half >> c) & 1);
    }
  }
}

int64_t WordsFor(int classes) { return (classes + 63) / 64; }

// The erosion of an image, row by row from the top; a row needs the one below it.
class Erosion {
 public:
  Erosion(ImageSize size, int64_t c)
      : size_(size), c_(c), row_(size.w * c), least_(3 * row_), which_(3 * row_), source_(row_) {}

  // Takes row y of the image.
  void Add(const float* p, int64_t y) {
    RowMinimum(p, least_.data() + y % 3 * row_, which_.data() + y % 3 * row_, row_, c_);
  }

  // The values of row y, and where each is from as 3 (row - y + 1) + (column - x + 1).
  void Row(int64_t y, float* eroded, uint8_t* sources) {
    const int64_t first = std::max<int64_t>(0, y - 1), last = std::min(size_.h - 1, y + 1);
    std::memcpy(eroded, least_.data() + first % 3 * row_, row_ * sizeof(float));
    const int32_t above = static_cast<int32_t>(3 * (first - y + 1));
    const int32_t* from = which_.data() + first % 3 * row_;
    for (int64_t j = 0; j < row_; j++) source_[j] = above + from[j];
    for (int64_t v = first + 1; v <= last; v++) {
      ImproveMinimum(least_.data() + v % 3 * row_, which_.data() + v % 3 * row_, static_cast<int32_t>(3 * (v - y + 1)),
                     eroded, source_.data(), row_);
    }
    Narrow(source_.data(), sources, row_);
  }

 private:
  ImageSize size_;
  int64_t c_;
  int64_t row_;
  std::vector<float> least_;
  std::vector<int32_t> which_, source_;
};

// The largest of the window around each value of a row [w, c], by windows of 1, 2, 4 and so on to the right of each pixel.
class RowMaximum {
 public:
  RowMaximum(int64_t w, int64_t c, int64_t reach)
      : row_(w * c), c_(c), reach_(std::min(reach, w)), from_(row_ + 2 * reach_ * c, kBelow), to_(from_) {}

  // Values are in [-1, 1].
  void Find(const float* x, float* largest) {
    std::fill(from_.begin(), from_.end(), kBelow);
    std::memcpy(from_.data() + reach_ * c_, x, row_ * sizeof(float));
    int64_t side = 1, length = static_cast<int64_t>(from_.size());
    for (; 2 * side <= 2 * reach_ + 1; side *= 2) {
      length -= side * c_;
      Larger(from_.data(), from_.data() + side * c_, to_.data(), length);
      from_.swap(to_);
    }
    Larger(from_.data(), from_.data() + (2 * reach_ + 1 - side) * c_, largest, row_);
  }

 private:
  int64_t row_;
  int64_t c_;
  int64_t reach_;
  std::vector<float> from_, to_;
};

void SoftmaxRow(const float* logits, float* p, int64_t pixels, int classes) {
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    Softmax(logits + start * classes, p + start * classes, count, classes);
  }
}

// Inputs: logits [n, h, w, c], labels int32 [n, h, w], settings int32: the tolerance; curves of AND for p and for its erosion,
// of OR for both. Outputs: sums [4, n, c] as above; and for the gradient: the probabilities, the slopes of the outline by them
// and by their erosion, all [n, h, w, c]; as int32 whose bytes are meant: the erosion's sources, the bits of classes whose edge
// is near; and int32 [n, h, w] the pixel where the largest outline near an edge is, -1 elsewhere.
void OutlineSums(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> logits(context, 0);
  Input<int32_t> labels(context, 1);
  Input<int32_t> settings(context, 2);
  Input<float> and_p(context, 3);
  Input<float> and_q(context, 4);
  Input<float> or_p(context, 5);
  Input<float> or_q(context, 6);
  if (!context.ok()) return;
  const int64_t images = logits.dim(0);
  const ImageSize size{logits.dim(1), logits.dim(2)};
  const int classes = static_cast<int>(logits.dim(3));
  const int64_t row = size.w * classes, values = size.h * row, words = WordsFor(classes);
  const int64_t reach = settings.data()[0];
  float* sums = context.Output(0, {4, images, classes});
  float* probabilities = context.Output(1, logits.shape());
  float* by_p = context.Output(2, logits.shape());
  float* by_q = context.Output(3, logits.shape());
  int32_t* erosion_bytes = context.OutputInt32(4, {(images * values + 3) / 4});
  int32_t* near_bytes = context.OutputInt32(5, {images * size.pixels() * words * 2});
  int32_t* largest = context.OutputInt32(6, labels.shape());
  if (!context.ok()) return;
  uint8_t* erosion = reinterpret_cast<uint8_t*>(erosion_bytes);
  const OutlineCurves curves{ReadCurve(and_p.data(), and_p.size()), ReadCurve(and_q.data(), and_q.size()),
                             ReadCurve(or_p.data(), or_p.size()), ReadCurve(or_q.data(), or_q.size())};
  std::vector<float> eroded(row), outline(values), row_largest(values), near_row(row), hits(row), drawn(row);
  std::vector<uint8_t> edges(size.pixels());
  std::vector<uint64_t> near(size.pixels() * words);
  Erosion erosions(size, classes);
  RowMaximum row_maximum(size.w, classes, reach);
  for (int64_t image = 0; image < images; image++) {
    const int32_t* label = labels.data() + image * size.pixels();
    LabelEdges(label, size, classes, edges.data());
    std::fill(near.begin(), near.end(), 0);
    for (int64_t i = 0; i < size.pixels(); i++) {
      if (edges[i] != 0) near[i * words + label[i] / 64] = uint64_t{1} << (label[i] % 64);
    }
    DilateWords(near, size, words, reach);
    std::memcpy(near_bytes + image * size.pixels() * words * 2, near.data(), near.size() * sizeof(uint64_t));

    const float* z = logits.data() + image * values;
    float* p = probabilities + image * values;
    std::fill(hits.begin(), hits.end(), 0.0f);
    std::fill(drawn.begin(), drawn.end(), 0.0f);
    for (int64_t y = -1; y < size.h; y++) {
      if (y + 1 < size.h) {
        SoftmaxRow(z + (y + 1) * row, p + (y + 1) * row, size.w, classes);
        erosions.Add(p + (y + 1) * row, y + 1);
      }
      if (y < 0) continue;
      const int64_t at = image * values + y * row;
      float* drawn_row = outline.data() + y * row;
      erosions.Row(y, eroded.data(), erosion + at);
      for (int64_t j = 0; j < row; j += kChunk) {
        const int count = static_cast<int>(std::min<int64_t>(kChunk, row - j));
        Outline(curves, probabilities + at + j, eroded.data() + j, drawn_row + j, by_p + at + j, by_q + at + j, count);
      }
      Expand(near.data() + y * size.w * words, near_row.data(), size.w, classes, words);
      AddBoth(drawn_row, near_row.data(), drawn.data(), hits.data(), row);
      row_maximum.Find(drawn_row, row_largest.data() + y * row);
    }
    std::vector<double> totals(4 * classes, 0.0);
    for (int64_t j = 0; j < row; j++) {
      totals[j % classes] += hits[j];
      totals[classes + j % classes] += drawn[j];
    }
    for (int64_t i = 0; i < size.pixels(); i++) {
      int32_t& source = largest[image * size.pixels() + i];
      source = -1;
      if (edges[i] == 0) continue;
      const int64_t y = i / size.w, x = i % size.w, c = label[i];
      int64_t best_row = std::max<int64_t>(0, y - reach);
      float best = row_largest[best_row * row + x * classes + c];
      for (int64_t v = best_row + 1; v <= std::min(size.h - 1, y + reach); v++) {
        const float candidate = row_largest[v * row + x * classes + c];
        if (!(candidate > best)) continue;
        best = candidate;
        best_row = v;
      }
      int64_t u = std::max<int64_t>(0, x - reach);
      while (u < std::min(size.w - 1, x + reach) && outline[best_row * row + u * classes + c] != best) u++;
      source = static_cast<int32_t>(best_row * size.w + u);
      totals[2 * classes + c] += best;
      totals[3 * classes + c] += 1.0;
    }
    for (int kind = 0; kind < 4; kind++) {
      for (int c = 0; c < classes; c++) {
        sums[(kind * images + image) * classes + c] = static_cast<float>(totals[kind * classes + c]);
      }
    }
  }
}

// g = drawn + near hits
ASL_VECTORIZED void OutlineWeights(const float* __restrict drawn, const float* __restrict hits,
                                   const float* __restrict near, float* __restrict g, int64_t n) {
  for (int64_t j = 0; j < n; j++) g[j] = drawn[j] + near[j] * hits[j];
}

// g becomes the gradient by the erosion, dp that by p.
ASL_VECTORIZED void Chain(const float* __restrict by_p, const float* __restrict by_q, float* __restrict g,
                          float* __restrict dp, int64_t n) {
  for (int64_t j = 0; j < n; j++) {
    dp[j] = g[j] * by_p[j];
    g[j] *= by_q[j];
  }
}

// Inputs: what the outputs 1 to 6 above are, the labels, and the gradient by the sums. Output: the gradient by the logits.
void OutlineSumsGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> probabilities(context, 0);
  Input<float> by_p(context, 1);
  Input<float> by_q(context, 2);
  Input<int32_t> erosion_bytes(context, 3);
  Input<int32_t> near_bytes(context, 4);
  Input<int32_t> largest(context, 5);
  Input<int32_t> labels(context, 6);
  Input<float> dsums(context, 7);
  if (!context.ok()) return;
  const int64_t images = probabilities.dim(0);
  const ImageSize size{probabilities.dim(1), probabilities.dim(2)};
  const int classes = static_cast<int>(probabilities.dim(3));
  const int64_t row = size.w * classes, values = size.h * row, words = WordsFor(classes);
  float* dlogits = context.Output(0, probabilities.shape());
  if (!context.ok()) return;
  const uint8_t* erosion = reinterpret_cast<const uint8_t*>(erosion_bytes.data());
  int64_t offsets[9];
  for (int k = 0; k < 9; k++) offsets[k] = (k / 3 - 1) * row + (k % 3 - 1) * classes;
  std::vector<float> g(values), dp(values), near_row(row), hits(row), drawn(row);
  std::vector<uint64_t> near(size.w * words);
  for (int64_t image = 0; image < images; image++) {
    auto by_sum = [&](int kind) { return dsums.data() + (kind * images + image) * classes; };
    for (int64_t j = 0; j < row; j++) {
      hits[j] = by_sum(0)[j % classes];
      drawn[j] = by_sum(1)[j % classes];
    }
    for (int64_t y = 0; y < size.h; y++) {
      const int64_t at = (image * size.h + y) * size.w * words;
      std::memcpy(near.data(), near_bytes.data() + 2 * at, near.size() * sizeof(uint64_t));
      Expand(near.data(), near_row.data(), size.w, classes, words);
      OutlineWeights(drawn.data(), hits.data(), near_row.data(), g.data() + y * row, row);
    }
    const int32_t* label = labels.data() + image * size.pixels();
    const int32_t* source = largest.data() + image * size.pixels();
    for (int64_t i = 0; i < size.pixels(); i++) {
      if (source[i] >= 0) g[source[i] * static_cast<int64_t>(classes) + label[i]] += by_sum(2)[label[i]];
    }
    const int64_t at = image * values;
    Chain(by_p.data() + at, by_q.data() + at, g.data(), dp.data(), values);
    for (int64_t j = 0; j < values; j++) dp[j + offsets[erosion[at + j]]] += g[j];
    for (int64_t start = 0; start < size.pixels(); start += kBlock) {
      const int count = static_cast<int>(std::min<int64_t>(kBlock, size.pixels() - start));
      const int64_t begin = start * classes;
      SoftmaxGradient(probabilities.data() + at + begin, dp.data() + begin, dlogits + at + begin, count, classes);
    }
  }
}

const bool registered =
    RegisterOp("AslOutlineSums",
               {"logits: float", "labels: int32", "settings: int32", "and_p: float", "and_q: float", "or_p: float",
                "or_q: float"},
               {"sums: float", "probabilities: float", "by_p: float", "by_q: float", "erosion: int32", "near: int32",
                "largest: int32"},
               OutlineSums) &&
    RegisterOp("AslOutlineSumsGrad",
               {"probabilities: float", "by_p: float", "by_q: float", "erosion: int32", "near: int32", "largest: int32",
                "labels: int32", "dsums: float"},
               {"dlogits: float"}, OutlineSumsGradient);

}  // namespace
}  // namespace asl

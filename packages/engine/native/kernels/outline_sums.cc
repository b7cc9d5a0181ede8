// The sums of F1 of outlines, and their gradient. The outline of probabilities p with their erosion q (the smallest of 3 x 3):
//   e = or1(p) + or2(q) - or1(p) or2(q) - and1(p) and2(q)
// and with t the edges of the label, for each class and image:
//   hits = sum of e near t    drawn = sum of e    found = sum over t of the largest e near    true = sum of t
// What RelaxedMeasure composes of windows, masks and curves, with the same result. The largest e near is wanted at the
// label's edges only; the maxima along rows are made for all, and each row's are offered to the edges that it is near to.

// Limits become one instruction each, where they else keep the order that NaN has to them. So NaN would not come through: it is
// looked for in the probabilities, by their bits, and put where it belongs.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("finite-math-only", "no-signed-zeros")
#endif

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "curve.h"
#include "elementary.h"
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

// A curve of pieces of some width, filled up to kCount of them by ones that nothing lies in.
template <int kCount>
struct WideCurve {
  Piece pieces[kCount];
  float base[kCount];
};

template <int kCount>
ASL_INLINE WideCurve<kCount> FillUp(const WidePieces& wide) {
  WideCurve<kCount> curve;
  for (int k = 0; k < kCount; k++) {
    curve.pieces[k] = wide.pieces[k < wide.count ? k : 0];
    curve.base[k] = wide.base[k];
    if (k >= wide.count) curve.pieces[k].x0 = 2.0f;
  }
  return curve;
}

template <int kCount>
ASL_INLINE void At(const WideCurve<kCount>& curve, float x, float* value, float* slope) {
  float y;
  const Piece piece = PieceAt<kCount>(curve.pieces, curve.base, x, &y);
  ValueAndSlope(piece, y, x, value, slope);
  *value = Clamp01(*value);
}

struct OutlinePieces {
  WidePieces and_p;
  WidePieces and_q;
  WidePieces or_p;
  WidePieces or_q;
};

// The outline of n values, and its slopes by p and by q: all four curves while a value is in a register.
template <int kCount>
ASL_INLINE void WideOutline(const OutlinePieces& wide, const float* __restrict p, const float* __restrict q,
                            float* __restrict e, float* __restrict by_p, float* __restrict by_q, int64_t n) {
  const WideCurve<kCount> and_p = FillUp<kCount>(wide.and_p), and_q = FillUp<kCount>(wide.and_q);
  const WideCurve<kCount> or_p = FillUp<kCount>(wide.or_p), or_q = FillUp<kCount>(wide.or_q);
  for (int64_t i = 0; i < n; i++) {
    float ap, aq, op, oq, dap, daq, dop, doq;
    At<kCount>(and_p, p[i], &ap, &dap);
    At<kCount>(and_q, q[i], &aq, &daq);
    At<kCount>(or_p, p[i], &op, &dop);
    At<kCount>(or_q, q[i], &oq, &doq);
    e[i] = (op + oq - op * oq) - ap * aq;
    by_p[i] = dop * (1.0f - oq) - dap * aq;
    by_q[i] = doq * (1.0f - op) - daq * ap;
  }
}

// The same of at most kChunk values and of curves of any pieces.
ASL_VECTORIZED void AnyOutline(const OutlineCurves& curves, const float* __restrict p, const float* __restrict q,
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

ASL_VECTORIZED void Outline1(const OutlinePieces& wide, const float* p, const float* q, float* e, float* by_p, float* by_q,
                             int64_t n) {
  WideOutline<1>(wide, p, q, e, by_p, by_q, n);
}

ASL_VECTORIZED void Outline2(const OutlinePieces& wide, const float* p, const float* q, float* e, float* by_p, float* by_q,
                             int64_t n) {
  WideOutline<2>(wide, p, q, e, by_p, by_q, n);
}

ASL_VECTORIZED void Outline3(const OutlinePieces& wide, const float* p, const float* q, float* e, float* by_p, float* by_q,
                             int64_t n) {
  WideOutline<3>(wide, p, q, e, by_p, by_q, n);
}

// The outline of values, and its slopes, by the fastest way there is for its curves.
class OutlineOf {
 public:
  explicit OutlineOf(const OutlineCurves& curves)
      : curves_(curves),
        wide_{FindWidePieces(curves.and_p), FindWidePieces(curves.and_q), FindWidePieces(curves.or_p),
              FindWidePieces(curves.or_q)},
        most_(std::max({wide_.and_p.count, wide_.and_q.count, wide_.or_p.count, wide_.or_q.count})),
        all_wide_(IsAll(wide_.and_p, curves.and_p) && IsAll(wide_.and_q, curves.and_q) && IsAll(wide_.or_p, curves.or_p) &&
                  IsAll(wide_.or_q, curves.or_q)) {}

  void Row(const float* p, const float* q, float* e, float* by_p, float* by_q, int64_t n) const {
    if (all_wide_) {
      (most_ == 1 ? Outline1 : most_ == 2 ? Outline2 : Outline3)(wide_, p, q, e, by_p, by_q, n);
      return;
    }
    for (int64_t j = 0; j < n; j += kChunk) {
      const int count = static_cast<int>(std::min<int64_t>(kChunk, n - j));
      AnyOutline(curves_, p + j, q + j, e + j, by_p + j, by_q + j, count);
    }
  }

 private:
  // Whether a curve has a piece, and no more of them than can be selected from, and no step.
  static bool IsAll(const WidePieces& wide, const Curve& curve) {
    return wide.count > 0 && wide.count <= kMaxSelected && wide.count == curve.count;
  }

  OutlineCurves curves_;
  OutlinePieces wide_;
  int most_;
  bool all_wide_;
};

// The smallest of each value of a row and those of the pixels beside it, and which: 0 left, 1 itself, 2 right; the leftmost
// of equal ones.
ASL_VECTORIZED void RowMinimum(const float* __restrict p, float* __restrict least, int32_t* __restrict which, int64_t row,
                               int64_t c) {
  for (int64_t j = 0; j < c; j++) {
    const bool right = row > c && p[j + c] < p[j];
    least[j] = right ? p[j + c] : p[j];
    which[j] = right ? 2 : 1;
  }
  for (int64_t j = c; j < row - c; j++) {
    const bool here = p[j] < p[j - c];
    const float first = here ? p[j] : p[j - c];
    const int32_t from = here ? 1 : 0;
    const bool right = p[j + c] < first;
    least[j] = right ? p[j + c] : first;
    which[j] = right ? 2 : from;
  }
  for (int64_t j = std::max(c, row - c); j < row; j++) {
    const bool here = p[j] < p[j - c];
    least[j] = here ? p[j] : p[j - c];
    which[j] = here ? 1 : 0;
  }
}

// The smallest of three rows' values, of which the first of equal ones, as 4 from[row] + which.
ASL_VECTORIZED void SmallestOfRows(const float* __restrict a, const float* __restrict b, const float* __restrict c,
                                   const int32_t* __restrict from, const int32_t* __restrict which,
                                   float* __restrict least, uint8_t* __restrict sources, int64_t n) {
  const int32_t from_a = 4 * from[0], from_b = 4 * from[1], from_c = 4 * from[2];
  for (int64_t j = 0; j < n; j++) {
    const bool second = b[j] < a[j];
    const float first = second ? b[j] : a[j];
    const int32_t source = second ? from_b : from_a;
    const bool third = c[j] < first;
    least[j] = third ? c[j] : first;
    sources[j] = static_cast<uint8_t>((third ? from_c : source) + which[j]);
  }
}

ASL_VECTORIZED void Larger(const float* __restrict a, const float* __restrict b, float* __restrict larger, int64_t n) {
  for (int64_t j = 0; j < n; j++) larger[j] = a[j] > b[j] ? a[j] : b[j];
}

// Adds a row of the outline to both totals, to that of hits where the label's edges are near, which is noted in the bytes.
ASL_VECTORIZED void Tally(const float* __restrict e, const uint8_t* __restrict near, uint8_t* __restrict bytes,
                          float* __restrict drawn, float* __restrict hits, int64_t n) {
  for (int64_t j = 0; j < n; j++) {
    drawn[j] += e[j];
    hits[j] += near[j] != 0 ? e[j] : 0.0f;
    bytes[j] |= near[j];
  }
}

// The erosion of an image, row by row from the top; a row needs the one below it.
class Erosion {
 public:
  Erosion(ImageSize size, int64_t c) : size_(size), c_(c), row_(size.w * c), least_(3 * row_), which_(3 * row_) {}

  // Takes row y of the image.
  void Add(const float* p, int64_t y) {
    RowMinimum(p, least_.data() + y % 3 * row_, which_.data() + y % 3 * row_, row_, c_);
  }

  // The values of row y, and where each is from: 4 times the row, 0 above, 1 this one, 2 below; and not for it but for this
  // row's own smallest beside it, 0 left, 1 itself, 2 right. With the same of the rows beside it all are known.
  void Row(int64_t y, float* eroded, uint8_t* sources) {
    // A row that there isn't gives way to one that there is, which is then found by its own number.
    const int64_t first = std::max<int64_t>(0, y - 1), last = std::min(size_.h - 1, y + 1);
    const int32_t from[3] = {static_cast<int32_t>(first - y + 1), 1, static_cast<int32_t>(last - y + 1)};
    SmallestOfRows(least_.data() + first % 3 * row_, least_.data() + y % 3 * row_, least_.data() + last % 3 * row_, from,
                   which_.data() + y % 3 * row_, eroded, sources, row_);
  }

 private:
  ImageSize size_;
  int64_t c_;
  int64_t row_;
  std::vector<float> least_;
  std::vector<int32_t> which_;
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

// A value's byte: this bit where the label's edges are near, and below it where its erosion is from.
constexpr uint8_t kNear = 16;

// The label's edges in an image, by rows, and the largest outline near each.
class Edges {
 public:
  Edges(ImageSize size, int classes, int64_t reach)
      : size_(size),
        classes_(classes),
        reach_y_(std::min(reach, size.h)),
        reach_x_(std::min(reach, size.w)),
        edges_(size.pixels()),
        start_(size.h + 1),
        near_(size, classes, reach) {}

  // Of another image.
  void Find(const int32_t* label) {
    LabelEdges(label, size_, classes_, edges_.data());
    near_.Clear();
    pixels_.clear();
    column_.clear();
    for (int64_t y = 0; y < size_.h; y++) {
      start_[y] = static_cast<int64_t>(pixels_.size());
      uint8_t* near = near_.Row(y);
      for (int64_t x = 0; x < size_.w; x++) {
        const int64_t i = y * size_.w + x;
        if (edges_[i] == 0) continue;
        pixels_.push_back(i);
        column_.push_back(static_cast<int32_t>(x * classes_ + label[i]));
        near[column_.back()] = kNear;
      }
    }
    start_[size_.h] = static_cast<int64_t>(pixels_.size());
    best_.assign(pixels_.size(), kBelow);
    best_row_.resize(pixels_.size());
    for (size_t k = 0; k < pixels_.size(); k++) best_row_[k] = static_cast<int32_t>(pixels_[k] / size_.w);
    near_.Dilate();
  }

  // kNear for each value of a row that an edge of its class is near to, else 0.
  const uint8_t* Near(int64_t y) const { return near_.Near(y); }

  // Takes the largest outline near each value of row y along it; rows come from the top.
  void Offer(const float* largest, int64_t y) {
    const int64_t first = start_[std::max<int64_t>(0, y - reach_y_)];
    const int64_t last = start_[std::min(size_.h, y + reach_y_ + 1)];
    Improve(largest, column_.data() + first, static_cast<int32_t>(y), best_.data() + first, best_row_.data() + first,
            last - first);
  }

  int64_t count() const { return static_cast<int64_t>(pixels_.size()); }
  int64_t pixel(int64_t k) const { return pixels_[k]; }
  int64_t column(int64_t k) const { return column_[k]; }
  float best(int64_t k) const { return best_[k]; }

  // The first pixel of those near that has the largest outline [h, w, c].
  int64_t Source(int64_t k, const float* outline) const {
    const int64_t x = pixels_[k] % size_.w, c = column_[k] - x * classes_;
    const float* row = outline + best_row_[k] * size_.w * classes_ + c;
    const int64_t last = std::min(size_.w - 1, x + reach_x_);
    int64_t u = std::max<int64_t>(0, x - reach_x_);
    while (u < last && row[u * classes_] != best_[k]) u++;
    return best_row_[k] * size_.w + u;
  }

 private:
  ASL_VECTORIZED static void Improve(const float* __restrict largest, const int32_t* __restrict column, int32_t y,
                                     float* __restrict best, int32_t* __restrict best_row, int64_t n) {
    for (int64_t k = 0; k < n; k++) {
      const float candidate = largest[column[k]];
      const bool better = candidate > best[k];
      best[k] = better ? candidate : best[k];
      best_row[k] = better ? y : best_row[k];
    }
  }

  ImageSize size_;
  int64_t classes_;
  int64_t reach_y_, reach_x_;
  std::vector<uint8_t> edges_;
  std::vector<int64_t> start_;
  std::vector<int64_t> pixels_;
  std::vector<int32_t> column_;
  std::vector<float> best_;
  std::vector<int32_t> best_row_;
  NearBytes near_;
};

constexpr uint32_t kNotANumber = 0x7fc00000;

// Whether a pixel has no probabilities, as of logits that are NaN or infinite: then none of its classes has.
bool AnyWithout(const float* p, int64_t pixels, int classes) {
  bool any = false;
  for (int64_t i = 0; i < pixels; i++) any |= (BitCast<uint32_t>(p[i * classes]) & 0x7fffffff) > 0x7f800000;
  return any;
}

// Inputs: logits [n, h, w, c], labels int32 [n, h, w], settings int32: the tolerance; curves of AND for p and for its erosion,
// of OR for both. Outputs: sums [4, n, c] as above; and for the gradient: the probabilities, the slopes of the outline by them
// and by their erosion, all [n, h, w, c]; as int32 whose bytes are meant, one for each value: the erosion's source, and kNear;
// and int32 [n, h, w] the pixel where the largest outline near an edge is, -1 elsewhere.
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
  const int64_t row = size.w * classes, values = size.h * row;
  const int64_t reach = settings.data()[0];
  float* sums = context.Output(0, {4, images, classes});
  float* probabilities = context.Output(1, logits.shape());
  float* by_p = context.Output(2, logits.shape());
  float* by_q = context.Output(3, logits.shape());
  int32_t* value_bytes = context.OutputInt32(4, {(images * values + 3) / 4});
  int32_t* largest = context.OutputInt32(5, labels.shape());
  float* outline = context.Scratch<float>(values);
  if (!context.ok()) return;
  uint8_t* bytes = reinterpret_cast<uint8_t*>(value_bytes);
  const OutlineOf outlines({ReadCurve(and_p.data(), and_p.size()), ReadCurve(and_q.data(), and_q.size()),
                            ReadCurve(or_p.data(), or_p.size()), ReadCurve(or_q.data(), or_q.size())});
  std::vector<float> eroded(row), row_largest(row), drawn(row), hits(row);
  std::vector<double> totals(4 * classes);
  Erosion erosions(size, classes);
  RowMaximum row_maximum(size.w, classes, reach);
  Edges edges(size, classes, reach);
  for (int64_t image = 0; image < images; image++) {
    edges.Find(labels.data() + image * size.pixels());
    const float* z = logits.data() + image * values;
    float* p = probabilities + image * values;
    std::fill(totals.begin(), totals.end(), 0.0);
    std::fill(drawn.begin(), drawn.end(), 0.0f);
    std::fill(hits.begin(), hits.end(), 0.0f);
    bool broken = false;
    for (int64_t y = -1; y < size.h; y++) {
      if (y + 1 < size.h) {
        SoftmaxRow(z + (y + 1) * row, p + (y + 1) * row, size.w, classes);
        broken |= AnyWithout(p + (y + 1) * row, size.w, classes);
        erosions.Add(p + (y + 1) * row, y + 1);
      }
      if (y < 0) continue;
      const int64_t at = image * values + y * row;
      float* outline_row = outline + y * row;
      erosions.Row(y, eroded.data(), bytes + at);
      outlines.Row(probabilities + at, eroded.data(), outline_row, by_p + at, by_q + at, row);
      Tally(outline_row, edges.Near(y), bytes + at, drawn.data(), hits.data(), row);
      row_maximum.Find(outline_row, row_largest.data());
      edges.Offer(row_largest.data(), y);
    }
    for (int64_t j = 0; j < row; j++) {
      totals[j % classes] += hits[j];
      totals[classes + j % classes] += drawn[j];
    }
    int32_t* source = largest + image * size.pixels();
    std::fill_n(source, size.pixels(), -1);
    for (int64_t k = 0; k < edges.count(); k++) {
      source[edges.pixel(k)] = static_cast<int32_t>(edges.Source(k, outline));
      totals[2 * classes + edges.column(k) % classes] += edges.best(k);
      totals[3 * classes + edges.column(k) % classes] += 1.0;
    }
    for (int kind = 0; kind < 4; kind++) {
      for (int c = 0; c < classes; c++) {
        sums[(kind * images + image) * classes + c] = static_cast<float>(totals[kind * classes + c]);
      }
    }
    if (!broken) continue;
    const float nan = BitCast<float>(kNotANumber);
    for (int kind = 0; kind < 3; kind++) std::fill_n(sums + (kind * images + image) * classes, classes, nan);
    std::fill_n(by_p + image * values, values, nan);
  }
}

// From the gradient g by a row of the outline: dp, that by p where it is itself; and that by the row's erosion, given to
// the rows of which it has the values.
ASL_VECTORIZED void Chain(const float* __restrict g, const float* __restrict by_p, const float* __restrict by_q,
                          const uint8_t* __restrict bytes, float* __restrict dp, float* __restrict above,
                          float* __restrict here, float* __restrict below, int64_t n) {
  for (int64_t j = 0; j < n; j++) {
    const int32_t from = bytes[j] >> 2 & 3;
    const float dq = g[j] * by_q[j];
    dp[j] = g[j] * by_p[j];
    above[j] += from == 0 ? dq : 0.0f;
    here[j] += from == 1 ? dq : 0.0f;
    below[j] = from == 2 ? dq : 0.0f;
  }
}

// Gives the gradient m by the smallest of each value of a row and those beside it to the ones that they are.
ASL_VECTORIZED void Spread(const float* __restrict m, const uint8_t* __restrict bytes, float* __restrict dp, int64_t row,
                           int64_t c) {
  for (int64_t j = 0; j < row; j++) dp[j] += (bytes[j] & 3) == 1 ? m[j] : 0.0f;
  for (int64_t j = c; j < row; j++) dp[j] += (bytes[j - c] & 3) == 2 ? m[j - c] : 0.0f;
  for (int64_t j = 0; j < row - c; j++) dp[j] += (bytes[j + c] & 3) == 0 ? m[j + c] : 0.0f;
}

// The gradient by a row of the outline, as far as it is by what was drawn and what was hit.
ASL_VECTORIZED void ByOutline(const float* __restrict drawn, const float* __restrict hits, const uint8_t* __restrict bytes,
                              float* __restrict g, int64_t n) {
  for (int64_t j = 0; j < n; j++) g[j] = drawn[j] + ((bytes[j] & kNear) != 0 ? hits[j] : 0.0f);
}

// The edges of an image by the row of the pixel where the largest outline near them is: of row y those from start[y] to
// start[y + 1] of pixels.
struct EdgesByRow {
  std::vector<int64_t> start;
  std::vector<int64_t> pixels;

  EdgesByRow(const int32_t* source, ImageSize size) : start(size.h + 2, 0) {
    for (int64_t i = 0; i < size.pixels(); i++) {
      if (source[i] >= 0) start[source[i] / size.w + 2]++;
    }
    for (int64_t y = 2; y < size.h + 2; y++) start[y] += start[y - 1];
    pixels.resize(start[size.h + 1]);
    for (int64_t i = 0; i < size.pixels(); i++) {
      if (source[i] >= 0) pixels[start[source[i] / size.w + 1]++] = i;
    }
  }
};

// Inputs: what the outputs 1 to 5 above are, the labels, and the gradient by the sums. Output: the gradient by the logits.
void OutlineSumsGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> probabilities(context, 0);
  Input<float> by_p(context, 1);
  Input<float> by_q(context, 2);
  Input<int32_t> value_bytes(context, 3);
  Input<int32_t> largest(context, 4);
  Input<int32_t> labels(context, 5);
  Input<float> dsums(context, 6);
  if (!context.ok()) return;
  const int64_t images = probabilities.dim(0);
  const ImageSize size{probabilities.dim(1), probabilities.dim(2)};
  const int classes = static_cast<int>(probabilities.dim(3));
  const int64_t row = size.w * classes, values = size.h * row;
  float* dlogits = context.Output(0, probabilities.shape());
  if (!context.ok()) return;
  const uint8_t* bytes = reinterpret_cast<const uint8_t*>(value_bytes.data());
  std::vector<float> g(row), drawn(row), hits(row), dp(2 * row), smallest(3 * row);
  for (int64_t image = 0; image < images; image++) {
    auto by_sum = [&](int kind) { return dsums.data() + (kind * images + image) * classes; };
    for (int64_t j = 0; j < row; j++) {
      hits[j] = by_sum(0)[j % classes];
      drawn[j] = by_sum(1)[j % classes];
    }
    const float* found = by_sum(2);
    const int32_t* label = labels.data() + image * size.pixels();
    const int32_t* source = largest.data() + image * size.pixels();
    const EdgesByRow edges(source, size);
    std::fill(smallest.begin(), smallest.end(), 0.0f);
    // A row's gradient is whole after the row below it.
    for (int64_t y = 0; y <= size.h; y++) {
      auto smallest_of = [&](int64_t v) { return smallest.data() + (v + 3) % 3 * row; };
      if (y < size.h) {
        const int64_t at = image * values + y * row;
        ByOutline(drawn.data(), hits.data(), bytes + at, g.data(), row);
        for (int64_t k = edges.start[y]; k < edges.start[y + 1]; k++) {
          const int64_t i = edges.pixels[k], c = label[i];
          g[(source[i] - y * size.w) * classes + c] += found[c];
        }
        Chain(g.data(), by_p.data() + at, by_q.data() + at, bytes + at, dp.data() + y % 2 * row, smallest_of(y - 1),
              smallest_of(y), smallest_of(y + 1), row);
      }
      if (y == 0) continue;
      const int64_t at = image * values + (y - 1) * row;
      float* dp_row = dp.data() + (y - 1) % 2 * row;
      Spread(smallest_of(y - 1), bytes + at, dp_row, row, classes);
      for (int64_t start = 0; start < size.w; start += kBlock) {
        const int count = static_cast<int>(std::min<int64_t>(kBlock, size.w - start));
        const int64_t begin = start * classes;
        SoftmaxGradient(probabilities.data() + at + begin, dp_row + begin, dlogits + at + begin, count, classes);
      }
    }
  }
}

const bool registered =
    RegisterOp("AslOutlineSums",
               {"logits: float", "labels: int32", "settings: int32", "and_p: float", "and_q: float", "or_p: float",
                "or_q: float"},
               {"sums: float", "probabilities: float", "by_p: float", "by_q: float", "bytes: int32", "largest: int32"},
               OutlineSums) &&
    RegisterOp("AslOutlineSumsGrad",
               {"probabilities: float", "by_p: float", "by_q: float", "bytes: int32", "largest: int32", "labels: int32",
                "dsums: float"},
               {"dlogits: float"}, OutlineSumsGradient);

}  // namespace
}  // namespace asl

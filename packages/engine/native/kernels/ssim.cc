// 1 - SSIM of softmax probabilities and a label, with its gradient by the logits. The equal of the composed operations in the
// ssim plugin, where the formula is explained.
//
// Class after class and row after row: windows are separable, so that rows are blurred along themselves as they come, and a
// ring of them, as high as the window, is added up. It stays in the cache. What the window needs side by side lies in one
// row of several fields, each with the window's reach of zeros on both sides.
#include <algorithm>
#include <vector>

#include "op_context.h"
#include "softmax.h"
#include "softmax_planes.h"
#include "vectorized.h"

namespace asl {
namespace {

// (0.01 L)^2 and (0.03 L)^2 for a range of values L = 1.
constexpr float kC1 = 1e-4f;
constexpr float kC2 = 9e-4f;

// Rows that are added up at a time.
constexpr int kTaps = 6;

// out[i] = (or +=) sum over kTaps rows of weight * row[i]
template <bool kFirst>
ASL_INLINE void AddTaps(const float* const* rows, const float* weights, float* __restrict out, int64_t n) {
  const float* __restrict a = rows[0];
  const float* __restrict b = rows[1];
  const float* __restrict c = rows[2];
  const float* __restrict d = rows[3];
  const float* __restrict e = rows[4];
  const float* __restrict f = rows[5];
  const float wa = weights[0], wb = weights[1], wc = weights[2], wd = weights[3], we = weights[4], wf = weights[5];
  for (int64_t i = 0; i < n; i++) {
    const float sum = wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i] + we * e[i] + wf * f[i];
    out[i] = kFirst ? sum : out[i] + sum;
  }
}

ASL_VECTORIZED void FirstTaps(const float* const* rows, const float* weights, float* out, int64_t n) {
  AddTaps<true>(rows, weights, out, n);
}
ASL_VECTORIZED void MoreTaps(const float* const* rows, const float* weights, float* out, int64_t n) {
  AddTaps<false>(rows, weights, out, n);
}

// A sum of weighted rows, of any number.
class Taps {
 public:
  explicit Taps(int64_t most) : rows_(most + kTaps), weights_(most + kTaps) {}

  void Clear() { count_ = 0; }
  void Add(const float* row, float weight) {
    rows_[count_] = row;
    weights_[count_++] = weight;
  }
  // At least one was added.
  void Sum(float* out, int64_t n) {
    // Filled up with what counts nothing.
    for (int64_t k = count_; k % kTaps != 0; k++) {
      rows_[k] = rows_[0];
      weights_[k] = 0.0f;
    }
    FirstTaps(rows_.data(), weights_.data(), out, n);
    for (int64_t k = kTaps; k < count_; k += kTaps) MoreTaps(rows_.data() + k, weights_.data() + k, out, n);
  }

 private:
  std::vector<const float*> rows_;
  std::vector<float> weights_;
  int64_t count_ = 0;
};

// Rows of fields, blurred along themselves, of which the last few are kept.
class Ring {
 public:
  Ring(const float* weights, int64_t side, int64_t height, int64_t width, int64_t fields)
      : weights_(weights),
        side_(side),
        height_(height),
        padded_(width + side - 1),
        row_(fields * padded_),
        rows_(side * row_, 0.0f),
        input_(row_, 0.0f),
        taps_(side) {}

  // Where a field of the next row is to be written.
  float* Field(int64_t field) { return input_.data() + field * padded_ + side_ / 2; }

  // Takes these of the next row's fields, row y of the plane: those before `end`.
  void Push(int64_t y, int64_t end) {
    float* out = rows_.data() + y % side_ * row_;
    taps_.Clear();
    for (int64_t k = 0; k < side_; k++) taps_.Add(input_.data() + k, weights_[k]);
    taps_.Sum(out, end * padded_ - side_ + 1);
  }

  // The means over the windows around row y, fields `begin` to `end`, of which the last begins at (end - 1) * padded().
  void Pull(int64_t y, int64_t begin, int64_t end, float* out) {
    const int64_t reach = side_ / 2;
    taps_.Clear();
    for (int64_t v = std::max<int64_t>(0, y - reach); v <= std::min(height_ - 1, y + reach); v++) {
      taps_.Add(rows_.data() + v % side_ * row_ + begin * padded_, weights_[v - y + reach]);
    }
    taps_.Sum(out + begin * padded_, (end - begin) * padded_ - side_ + 1);
  }

  int64_t padded() const { return padded_; }
  int64_t row() const { return row_; }

 private:
  const float* weights_;
  int64_t side_;
  int64_t height_;
  int64_t padded_;
  int64_t row_;
  std::vector<float> rows_, input_;
  Taps taps_;
};

ASL_VECTORIZED void ReadRow(const float* __restrict p, const float* __restrict valid, float* __restrict x,
                            float* __restrict xx, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    x[i] = p[i] * valid[i];
    xx[i] = x[i] * x[i];
  }
}

ASL_VECTORIZED void ReadLabels(const int32_t* __restrict labels, int32_t k, const float* __restrict x,
                               float* __restrict y, float* __restrict xy, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    y[i] = labels[i] == k ? 1.0f : 0.0f;
    xy[i] = labels[i] == k ? x[i] : 0.0f;
  }
}

// Not by the reciprocal: where all of a window's part inside is 1, its mean is exactly 1.
ASL_VECTORIZED void Divide(const float* __restrict divisor, float* __restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++) x[i] /= divisor[i];
}

// From the means of x, x^2, y and x y to the slopes of the index by them, times the weight; adds 1 - index where valid.
ASL_VECTORIZED void Similarity(const float* __restrict mean_x, const float* __restrict mean_xx,
                               const float* __restrict mean_y, const float* __restrict mean_xy,
                               const float* __restrict weight, const float* __restrict valid,
                               float* __restrict loss, float* __restrict by_x, float* __restrict by_xx, float* __restrict by_xy,
                               int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const float x = mean_x[i], xx = mean_xx[i], y = mean_y[i], xy = mean_xy[i];
    const float product = x * y, squares = x * x + y * y;
    const float a1 = 2.0f * product + kC1;
    const float a2 = 2.0f * (xy - product) + kC2;
    const float b1 = squares + kC1;
    const float b2 = (xx + y - squares) + kC2;
    const float inverse = 1.0f / (b1 * b2);
    const float index = a1 * a2 * inverse;
    loss[i] += (1.0f - index) * valid[i];
    // What x makes of x^2 and y of x y is taken from the same rounded slopes, from which it is subtracted in the end.
    by_xx[i] = index * b1 * inverse * weight[i];
    by_xy[i] = a1 * inverse * weight[i];
    const float luminance = (y * a2 - x * index * b2) * inverse * weight[i];
    by_x[i] = (x * by_xx[i] - y * by_xy[i]) + luminance;
  }
}

// x counts in the means of x, x^2 and x y.
ASL_VECTORIZED void SlopesByX(const float* __restrict p, const float* __restrict valid, const float* __restrict by_x,
                              const float* __restrict by_xx, float factor, float* __restrict slope, int64_t n) {
  for (int64_t i = 0; i < n; i++) slope[i] = (p[i] * valid[i] * by_xx[i] - by_x[i]) * (valid[i] * factor);
}

// Only where the pixel is of the class.
ASL_VECTORIZED void SubtractAtClass(const int32_t* __restrict labels, int32_t k, const float* __restrict by_xy,
                                    float factor, float* __restrict slope, int64_t n) {
  for (int64_t i = 0; i < n; i++) slope[i] -= labels[i] == k ? factor * by_xy[i] : 0.0f;
}

// Fields of the first ring, and of the second.
enum Mean { kX, kXx, kY, kXy, kMeans };
enum Slope { kByX, kByXx, kByXy, kSlopes };

// An image's labels as windows see them.
struct Scene {
  int64_t h;
  int64_t w;
  const int32_t* labels;
  const float* valid;    // [h, w], 1 or 0
  const float* inside;   // [h, w], what of each window counts; null if all does
  const float* weight;   // [h, w], valid / inside
  const uint8_t* holds;  // [classes, h], whether a row has a pixel of a class
};

// One class of one image.
class Plane {
 public:
  Plane(const float* weights, int64_t side, int64_t h, int64_t w)
      : reach_(side / 2),
        means_(weights, side, h, w, kMeans),
        slopes_(weights, side, h, w, kSlopes),
        mean_(means_.row(), 0.0f),
        slope_(slopes_.row(), 0.0f),
        loss_(w) {}

  // The sum of 1 - index over valid pixels; slope becomes its gradient by p, times factor.
  double Run(const Scene& scene, int32_t k, const float* p, float factor, float* slope) {
    const int64_t h = scene.h;
    holds_ = scene.holds + k * h;
    std::fill(loss_.begin(), loss_.end(), 0.0f);
    for (int64_t y = 0; y < h + 2 * reach_; y++) {
      if (y < h) ReadMeans(scene, k, p, y);
      const int64_t v = y - reach_, u = v - reach_;
      if (v >= 0 && v < h) Compare(scene, v);
      if (u >= 0) WriteSlopes(scene, k, p, u, factor, slope);
    }
    double sum = 0.0;
    for (float each : loss_) sum += each;
    return sum;
  }

 private:
  // Whether the class is at most `rows` rows away from row y. Where windows do not see it, the means of y and x y are 0.
  bool Near(int64_t y, int64_t rows, int64_t h) const {
    const uint8_t* end = holds_ + std::min(h, y + rows + 1);
    return std::find(holds_ + std::max<int64_t>(0, y - rows), end, 1) != end;
  }

  void ReadMeans(const Scene& scene, int32_t k, const float* p, int64_t y) {
    const int64_t at = y * scene.w;
    ReadRow(p + at, scene.valid + at, means_.Field(kX), means_.Field(kXx), scene.w);
    // Windows that see the class also see rows that it is not in.
    const bool near = Near(y, 2 * reach_, scene.h);
    if (near) {
      ReadLabels(scene.labels + at, k, means_.Field(kX), means_.Field(kY), means_.Field(kXy), scene.w);
    }
    means_.Push(y, near ? kMeans : kY);
  }

  void Compare(const Scene& scene, int64_t v) {
    const int64_t at = v * scene.w, step = means_.padded();
    const bool near = Near(v, reach_, scene.h);
    means_.Pull(v, kX, near ? kMeans : kY, mean_.data());
    if (!near) std::fill(mean_.begin() + kY * step, mean_.end(), 0.0f);
    const float* mean = mean_.data();
    if (scene.inside != nullptr) {
      for (int field = kX; field < (near ? kMeans : kY); field++) {
        Divide(scene.inside + at, mean_.data() + field * step, scene.w);
      }
    }
    Similarity(mean + kX * step, mean + kXx * step, mean + kY * step, mean + kXy * step, scene.weight + at,
               scene.valid + at, loss_.data(), slopes_.Field(kByX), slopes_.Field(kByXx), slopes_.Field(kByXy),
               scene.w);
    slopes_.Push(v, near ? kSlopes : kByXy);
  }

  void WriteSlopes(const Scene& scene, int32_t k, const float* p, int64_t u, float factor, float* slope) {
    const int64_t at = u * scene.w, step = slopes_.padded();
    slopes_.Pull(u, kByX, holds_[u] ? kSlopes : kByXy, slope_.data());
    float* out = slope + at;
    SlopesByX(p + at, scene.valid + at, slope_.data() + kByX * step, slope_.data() + kByXx * step, factor, out,
              scene.w);
    if (!holds_[u]) return;
    SubtractAtClass(scene.labels + at, k, slope_.data() + kByXy * step, factor, out, scene.w);
  }

  int64_t reach_;
  Ring means_, slopes_;
  std::vector<float> mean_, slope_, loss_;
  const uint8_t* holds_ = nullptr;
};

// What of each window is valid.
void Inside(const float* weights, int64_t side, int64_t h, int64_t w, const float* valid, float* inside) {
  Ring ring(weights, side, h, w, 1);
  const int64_t reach = side / 2;
  for (int64_t y = 0; y < h + reach; y++) {
    if (y < h) {
      std::copy(valid + y * w, valid + (y + 1) * w, ring.Field(0));
      ring.Push(y, 1);
    }
    if (y < reach) continue;
    float* row = inside + (y - reach) * w;
    ring.Pull(y - reach, 0, 1, row);
    // Where the centre is valid this is its weight at least.
    for (int64_t i = 0; i < w; i++) row[i] = std::max(row[i], 1e-30f);
  }
}

// Inputs: logits [n, h, w, c], labels int32 [n, h, w], the window's weights along one axis [side], settings float [1]:
// whether windows end at the border and at ignored pixels. Outputs: the loss, and its gradient by the logits.
void Ssim(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> logits(context, 0);
  Input<int32_t> labels(context, 1);
  Input<float> weights(context, 2);
  Input<float> settings(context, 3);
  if (!context.ok()) return;
  float* loss = context.Output(0, std::vector<int64_t>{});
  float* slope = context.Output(1, logits.shape());
  if (!context.ok()) return;
  const int64_t images = logits.dim(0), h = logits.dim(1), w = logits.dim(2), pixels = h * w;
  const int64_t stride = SoftmaxPlanes::Stride(pixels);
  const int classes = static_cast<int>(logits.dim(3));
  const bool cut = settings.data()[0] != 0.0f;
  int64_t counted = 0;
  for (int64_t i = 0; i < labels.size(); i++) counted += IsClass(labels.data()[i], classes);
  const double share = counted > 0 ? 1.0 / (static_cast<double>(counted) * classes) : 0.0;

  SoftmaxPlanes softmax(classes);
  Plane plane(weights.data(), weights.size(), h, w);
  std::vector<float> p(stride * classes), dp(stride * classes), valid(pixels), inside(pixels, 1.0f), weight(pixels);
  std::vector<uint8_t> holds(classes * h);
  double total = 0.0;
  for (int64_t image = 0; image < images; image++) {
    const int32_t* label = labels.data() + image * pixels;
    const int64_t at = image * pixels * classes;
    softmax.Forward(logits.data() + at, p.data(), stride, pixels);
    std::fill(holds.begin(), holds.end(), 0);
    for (int64_t i = 0; i < pixels; i++) {
      valid[i] = IsClass(label[i], classes) ? 1.0f : 0.0f;
      if (IsClass(label[i], classes)) holds[label[i] * h + i / w] = 1;
    }
    if (cut) Inside(weights.data(), weights.size(), h, w, valid.data(), inside.data());
    for (int64_t i = 0; i < pixels; i++) weight[i] = valid[i] / inside[i];
    const Scene scene{h, w, label, valid.data(), cut ? inside.data() : nullptr, weight.data(), holds.data()};
    for (int c = 0; c < classes; c++) {
      total += plane.Run(scene, c, p.data() + c * stride, static_cast<float>(2.0 * share), dp.data() + c * stride);
    }
    softmax.Backward(p.data(), dp.data(), stride, slope + at, pixels);
  }
  *loss = static_cast<float>(total * share);
}

const bool registered =
    RegisterOp("AslSsim", {"logits: float", "labels: int32", "weights: float", "settings: float"},
               {"loss: float", "slope: float"}, Ssim);

}  // namespace
}  // namespace asl

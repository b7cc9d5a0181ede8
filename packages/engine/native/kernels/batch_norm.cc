// Batch normalisation in training, with or without ReLU or ReLU6: two passes forward and two backward, and nothing kept but the
// statistics. The equal of composedBatchNorm in batch-norm.ts.
#include <algorithm>
#include <cmath>
#include <vector>

#include "op_context.h"
#include "vectorized.h"

namespace asl {
namespace {

// Channels are repeated to rows of about this many values, so that loops over a row are long.
constexpr int kRow = 256;
// Rows summed up in float32 before they go to float64.
constexpr int64_t kRows = 32;

// What becomes of a normalised value.
struct Clamp {
  bool relu;
  float ceiling;

  explicit Clamp(const float* settings) : relu(settings[2] != 0.0f), ceiling(settings[3]) {}
};

// An array [count, channels] as rows of `width` values, and a shorter one at the end.
struct Layout {
  int64_t size;
  int channels;
  int width;

  Layout(int64_t size, int channels) : size(size), channels(channels), width(channels * std::max(1, kRow / channels)) {}

  double count() const { return static_cast<double>(size) / channels; }

  std::vector<float> Repeat(const float* values) const {
    std::vector<float> row(width);
    for (int i = 0; i < width; i++) row[i] = values[i % channels];
    return row;
  }

  // Runs f(offset, length) on each row.
  template <typename F>
  void Rows(F f) const {
    for (int64_t at = 0; at < size; at += width) f(at, static_cast<int>(std::min<int64_t>(width, size - at)));
  }
};

// Two sums for each channel.
class Sums {
 public:
  explicit Sums(const Layout& layout)
      : first(layout.channels), second(layout.channels), layout_(layout), a_(layout.width), b_(layout.width) {}

  float* a() { return a_.data(); }
  float* b() { return b_.data(); }

  // To be called after each row.
  void EndRow() {
    if (++rows_ == kRows) Flush();
  }

  void Flush() {
    for (int i = 0; i < layout_.width; i++) {
      first[i % layout_.channels] += a_[i];
      second[i % layout_.channels] += b_[i];
      a_[i] = b_[i] = 0.0f;
    }
    rows_ = 0;
  }

  std::vector<double> first, second;

 private:
  const Layout& layout_;
  std::vector<float> a_, b_;
  int64_t rows_ = 0;
};

ASL_VECTORIZED void AddMoments(const float* __restrict x, const float* __restrict shift, float* __restrict sum,
                               float* __restrict squares, int n) {
  for (int i = 0; i < n; i++) {
    const float d = x[i] - shift[i];
    sum[i] += d;
    squares[i] += d * d;
  }
}

ASL_VECTORIZED void Normalise(const float* __restrict x, const float* __restrict mean, const float* __restrict scale,
                              const float* __restrict offset, float* __restrict y, int n, Clamp clamp) {
  const float ceiling = clamp.ceiling;
  if (clamp.relu) {
    for (int i = 0; i < n; i++) {
      const float value = (x[i] - mean[i]) * scale[i] + offset[i];
      const float positive = value < 0.0f ? 0.0f : value;  // keeps NaN
      y[i] = positive > ceiling ? ceiling : positive;
    }
  } else {
    for (int i = 0; i < n; i++) y[i] = (x[i] - mean[i]) * scale[i] + offset[i];
  }
}

// Whether a value got through the ReLU unchanged follows from x: the output need not be read.
ASL_VECTORIZED void AddSlopes(const float* __restrict dy, const float* __restrict x, const float* __restrict mean,
                              const float* __restrict scale, const float* __restrict offset, float* __restrict sum,
                              float* __restrict products, int n, Clamp clamp) {
  const float ceiling = clamp.ceiling;
  if (clamp.relu) {
    for (int i = 0; i < n; i++) {
      // Read in any case: a conditional read would be a branch.
      const float all = dy[i];
      const float d = x[i] - mean[i];
      const float value = d * scale[i] + offset[i];
      const float slope = (value > 0.0f) & (value < ceiling) ? all : 0.0f;
      sum[i] += slope;
      products[i] += slope * d;
    }
  } else {
    for (int i = 0; i < n; i++) {
      sum[i] += dy[i];
      products[i] += dy[i] * (x[i] - mean[i]);
    }
  }
}

// dx = scale (slope - common - (x - mean) tilt)
ASL_VECTORIZED void InputGradient(const float* __restrict dy, const float* __restrict x, const float* __restrict mean,
                                  const float* __restrict scale, const float* __restrict offset,
                                  const float* __restrict common, const float* __restrict tilt, float* __restrict dx, int n,
                                  Clamp clamp) {
  const float ceiling = clamp.ceiling;
  if (clamp.relu) {
    for (int i = 0; i < n; i++) {
      const float all = dy[i];
      const float d = x[i] - mean[i];
      const float value = d * scale[i] + offset[i];
      const float slope = (value > 0.0f) & (value < ceiling) ? all : 0.0f;
      dx[i] = scale[i] * (slope - common[i] - d * tilt[i]);
    }
  } else {
    for (int i = 0; i < n; i++) dx[i] = scale[i] * (dy[i] - common[i] - (x[i] - mean[i]) * tilt[i]);
  }
}

std::vector<float> Scale(const float* gamma, const float* inverse, int channels) {
  std::vector<float> scale(channels);
  for (int c = 0; c < channels; c++) scale[c] = gamma[c] * inverse[c];
  return scale;
}

// Inputs: x [..., c], gamma, beta, moving mean, moving variance [c], settings: momentum, epsilon, 1 for ReLU,
// and what it is cut off at (infinity for the plain one).
// Outputs: y, the new moving mean and variance, the batch's mean and 1 / its standard deviation [c].
void BatchNorm(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> x(context, 0);
  Input<float> gamma(context, 1);
  Input<float> beta(context, 2);
  Input<float> moving_mean(context, 3);
  Input<float> moving_variance(context, 4);
  Input<float> settings(context, 5);
  if (!context.ok()) return;
  const int channels = static_cast<int>(x.dim(x.rank() - 1));
  float* y = context.Output(0, x.shape());
  float* new_mean = context.Output(1, {channels});
  float* new_variance = context.Output(2, {channels});
  float* mean = context.Output(3, {channels});
  float* inverse = context.Output(4, {channels});
  if (!context.ok()) return;
  const double momentum = settings.data()[0];
  const double epsilon = settings.data()[1];
  const Clamp clamp(settings.data());

  const Layout layout(x.size(), channels);
  // Moments about the first pixel: about 0, they would cancel where the mean is large.
  const std::vector<float> shift = layout.Repeat(x.data());
  Sums moments(layout);
  layout.Rows([&](int64_t at, int n) {
    AddMoments(x.data() + at, shift.data(), moments.a(), moments.b(), n);
    moments.EndRow();
  });
  moments.Flush();
  const double count = layout.count();
  for (int c = 0; c < channels; c++) {
    const double distance = moments.first[c] / count;
    const double variance = std::max(0.0, moments.second[c] / count - distance * distance);
    mean[c] = static_cast<float>(shift[c] + distance);
    inverse[c] = static_cast<float>(1.0 / std::sqrt(variance + epsilon));
    const double unbiased = variance * count / std::max(count - 1.0, 1.0);
    new_mean[c] = static_cast<float>((1.0 - momentum) * moving_mean.data()[c] + momentum * (shift[c] + distance));
    new_variance[c] = static_cast<float>((1.0 - momentum) * moving_variance.data()[c] + momentum * unbiased);
    // std::max has dropped NaN.
    if (!(moments.second[c] == moments.second[c])) inverse[c] = new_variance[c] = static_cast<float>(moments.second[c]);
  }
  const std::vector<float> means = layout.Repeat(mean);
  const std::vector<float> scale = layout.Repeat(Scale(gamma.data(), inverse, channels).data());
  const std::vector<float> offset = layout.Repeat(beta.data());
  layout.Rows([&](int64_t at, int n) {
    Normalise(x.data() + at, means.data(), scale.data(), offset.data(), y + at, n, clamp);
  });
}

// Inputs: dy, x [..., c], gamma, beta, the batch's mean and 1 / its standard deviation [c], settings as above.
// Outputs: the gradients by x, gamma and beta.
void BatchNormGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> dy(context, 0);
  Input<float> x(context, 1);
  Input<float> gamma(context, 2);
  Input<float> beta(context, 3);
  Input<float> mean(context, 4);
  Input<float> inverse(context, 5);
  Input<float> settings(context, 6);
  if (!context.ok()) return;
  const int channels = static_cast<int>(x.dim(x.rank() - 1));
  float* dx = context.Output(0, x.shape());
  float* dgamma = context.Output(1, {channels});
  float* dbeta = context.Output(2, {channels});
  if (!context.ok()) return;
  const Clamp clamp(settings.data());

  const Layout layout(x.size(), channels);
  const std::vector<float> means = layout.Repeat(mean.data());
  const std::vector<float> scale = layout.Repeat(Scale(gamma.data(), inverse.data(), channels).data());
  const std::vector<float> offset = layout.Repeat(beta.data());
  Sums slopes(layout);
  layout.Rows([&](int64_t at, int n) {
    AddSlopes(dy.data() + at, x.data() + at, means.data(), scale.data(), offset.data(), slopes.a(), slopes.b(), n, clamp);
    slopes.EndRow();
  });
  slopes.Flush();
  const double count = layout.count();
  std::vector<float> common(channels), tilt(channels);
  for (int c = 0; c < channels; c++) {
    const double unit = inverse.data()[c];
    dbeta[c] = static_cast<float>(slopes.first[c]);
    dgamma[c] = static_cast<float>(slopes.second[c] * unit);
    common[c] = static_cast<float>(slopes.first[c] / count);
    tilt[c] = static_cast<float>(slopes.second[c] * unit * unit / count);
  }
  const std::vector<float> commons = layout.Repeat(common.data());
  const std::vector<float> tilts = layout.Repeat(tilt.data());
  layout.Rows([&](int64_t at, int n) {
    InputGradient(dy.data() + at, x.data() + at, means.data(), scale.data(), offset.data(), commons.data(), tilts.data(),
                  dx + at, n, clamp);
  });
}

const bool registered =
    RegisterOp("AslBatchNorm",
               {"x: float", "gamma: float", "beta: float", "moving_mean: float", "moving_variance: float", "settings: float"},
               {"y: float", "new_mean: float", "new_variance: float", "mean: float", "inverse: float"}, BatchNorm) &&
    RegisterOp("AslBatchNormGrad",
               {"dy: float", "x: float", "gamma: float", "beta: float", "mean: float", "inverse: float", "settings: float"},
               {"dx: float", "dgamma: float", "dbeta: float"}, BatchNormGradient);

}  // namespace
}  // namespace asl

// Depthwise convolution (one filter for each channel) with stride and dilation, and its gradients. The equal of
// composedDepthwise in depthwise-conv2d.ts.
#include <algorithm>
#include <vector>

#include "lanes.h"
#include "op_context.h"
#include "vectorized.h"

namespace asl {
namespace {

// One side of the filter meets one position: which of its taps, and which position of the other image it joins it to.
struct Tap {
  int tap;
  int at;
};
typedef std::vector<std::vector<Tap>> Taps;

// How outputs and inputs lie along one axis: output o sees input o * stride + tap * dilation - before.
struct Axis {
  int inputs, outputs, taps, stride, dilation, before;

  Taps OfOutputs() const {
    Taps all(outputs);
    for (int o = 0; o < outputs; o++)
      for (int tap = 0; tap < taps; tap++) {
        const int i = o * stride + tap * dilation - before;
        if (i >= 0 && i < inputs) all[o].push_back({tap, i});
      }
    return all;
  }

  Taps OfInputs() const {
    Taps all(inputs);
    const Taps outputs_taps = OfOutputs();
    for (int o = 0; o < outputs; o++)
      for (const Tap& each : outputs_taps[o]) all[each.at].push_back({each.tap, o});
    return all;
  }
};

// to[j] = sum over the taps of row and column of from * filter, for one row `to` of pixels. Forward, `from` is the image;
// for the gradient by it, the gradient by the output.
// from [height, width, c], filter [taps, filter_columns, c], to [columns.size(), c]
ASL_VECTORIZED void GatherRow(const float* from, int width, const float* filter, int filter_columns, int channels,
                              const std::vector<Tap>& row, const Taps& columns, float* to) {
  const int whole = channels - channels % kLanes;
  const int count = static_cast<int>(columns.size());
  for (int c = 0; c < whole; c += kLanes) {
    for (int j = 0; j < count; j++) {
      Lanes sum = {};
      for (const Tap& r : row) {
        const float* line = from + static_cast<int64_t>(r.at) * width * channels + c;
        const float* weights = filter + r.tap * filter_columns * channels + c;
        for (const Tap& q : columns[j]) sum += Load(line + q.at * channels) * Load(weights + q.tap * channels);
      }
      Store(sum, to + j * channels + c);
    }
  }
  for (int j = 0; j < count && whole < channels; j++) {
    float* pixel = to + j * channels;
    std::fill(pixel + whole, pixel + channels, 0.0f);
    for (const Tap& r : row)
      for (const Tap& q : columns[j]) {
        const float* seen = from + (static_cast<int64_t>(r.at) * width + q.at) * channels;
        const float* weights = filter + (r.tap * filter_columns + q.tap) * channels;
        for (int c = whole; c < channels; c++) pixel[c] += seen[c] * weights[c];
      }
  }
}

// sum += the products of one row of dy and what one tap of a filter saw of the image.
// x: the pixel that output `first` saw; step: to what the next one saw.
ASL_VECTORIZED void AddProducts(const float* __restrict x, int64_t step, const float* __restrict dy, int count, int channels,
                                float* __restrict sum) {
  const int whole = channels - channels % kLanes;
  for (int c = 0; c < whole; c += kLanes) {
    Lanes first = Load(sum + c);
    Lanes second = {};
    int j = 0;
    // Two sums: one would wait for itself.
    for (; j + 1 < count; j += 2) {
      first += Load(x + j * step + c) * Load(dy + static_cast<int64_t>(j) * channels + c);
      second += Load(x + (j + 1) * step + c) * Load(dy + static_cast<int64_t>(j + 1) * channels + c);
    }
    if (j < count) first += Load(x + j * step + c) * Load(dy + static_cast<int64_t>(j) * channels + c);
    Store(first + second, sum + c);
  }
  for (int j = 0; j < count && whole < channels; j++)
    for (int c = whole; c < channels; c++) sum[c] += x[j * step + c] * dy[static_cast<int64_t>(j) * channels + c];
}

// Settings, int32: stride, dilation, rows and columns of zeros before the image, and the size of what has to be made:
// outputs' height and width forward, the image's for the gradient by it.
struct Settings {
  int stride, dilation, top, left, height, width;

  explicit Settings(const int32_t* values)
      : stride(values[0]), dilation(values[1]), top(values[2]), left(values[3]), height(values[4]), width(values[5]) {}

  Axis Rows(int inputs, int outputs, int taps) const { return {inputs, outputs, taps, stride, dilation, top}; }
  Axis Columns(int inputs, int outputs, int taps) const { return {inputs, outputs, taps, stride, dilation, left}; }
};

void GatherImages(const Input<float>& from, const Input<float>& filter, const Taps& rows, const Taps& columns, float* to) {
  const int64_t images = from.dim(0), height = from.dim(1);
  const int width = static_cast<int>(from.dim(2)), channels = static_cast<int>(from.dim(3));
  const int64_t line = static_cast<int64_t>(columns.size()) * channels;
  for (int64_t image = 0; image < images; image++)
    for (size_t i = 0; i < rows.size(); i++) {
      GatherRow(from.data() + image * height * width * channels, width, filter.data(), static_cast<int>(filter.dim(1)),
                channels, rows[i], columns, to + (image * rows.size() + i) * line);
    }
}

// Inputs: x [n, h, w, c], filter [rows, columns, c, 1], settings. Output: y [n, height, width, c].
void Depthwise(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> x(context, 0);
  Input<float> filter(context, 1);
  Input<int32_t> numbers(context, 2);
  if (!context.ok()) return;
  const Settings settings(numbers.data());
  float* y = context.Output(0, {x.dim(0), settings.height, settings.width, x.dim(3)});
  if (!context.ok()) return;
  const Axis rows = settings.Rows(static_cast<int>(x.dim(1)), settings.height, static_cast<int>(filter.dim(0)));
  const Axis columns = settings.Columns(static_cast<int>(x.dim(2)), settings.width, static_cast<int>(filter.dim(1)));
  GatherImages(x, filter, rows.OfOutputs(), columns.OfOutputs(), y);
}

// Inputs: dy [n, outHeight, outWidth, c], filter, settings. Output: dx [n, height, width, c].
void DepthwiseInputGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> dy(context, 0);
  Input<float> filter(context, 1);
  Input<int32_t> numbers(context, 2);
  if (!context.ok()) return;
  const Settings settings(numbers.data());
  float* dx = context.Output(0, {dy.dim(0), settings.height, settings.width, dy.dim(3)});
  if (!context.ok()) return;
  const Axis rows = settings.Rows(settings.height, static_cast<int>(dy.dim(1)), static_cast<int>(filter.dim(0)));
  const Axis columns = settings.Columns(settings.width, static_cast<int>(dy.dim(2)), static_cast<int>(filter.dim(1)));
  GatherImages(dy, filter, rows.OfInputs(), columns.OfInputs(), dx);
}

// Inputs: x [n, h, w, c], dy [n, outHeight, outWidth, c], settings: height and width are the filter's.
// Output: the gradient by the filter [height, width, c, 1].
void DepthwiseFilterGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> x(context, 0);
  Input<float> dy(context, 1);
  Input<int32_t> numbers(context, 2);
  if (!context.ok()) return;
  const Settings settings(numbers.data());
  const int64_t images = x.dim(0), channels = x.dim(3);
  const int height = static_cast<int>(x.dim(1)), width = static_cast<int>(x.dim(2));
  const int out_height = static_cast<int>(dy.dim(1)), out_width = static_cast<int>(dy.dim(2));
  float* gradient = context.Output(0, {settings.height, settings.width, channels, 1});
  if (!context.ok()) return;
  const int64_t size = settings.height * settings.width * channels;
  // What a row of pixels adds up to in float32 goes to float64: a sum over many images would drift.
  std::vector<double> total(size);
  std::vector<float> part(channels);
  const Taps rows = settings.Rows(height, out_height, settings.height).OfOutputs();
  for (int64_t image = 0; image < images; image++)
    for (int i = 0; i < out_height; i++) {
      const float* slopes = dy.data() + (image * out_height + i) * out_width * channels;
      for (const Tap& row : rows[i]) {
        const float* line = x.data() + (image * height + row.at) * width * channels;
        for (int q = 0; q < settings.width; q++) {
          // Outputs from `first` to before `last` see a pixel of the image.
          const int offset = q * settings.dilation - settings.left;
          const int first = offset >= 0 ? 0 : (-offset + settings.stride - 1) / settings.stride;
          const int last = offset >= width ? 0 : std::min(out_width, (width - 1 - offset) / settings.stride + 1);
          if (last <= first) continue;
          std::fill(part.begin(), part.end(), 0.0f);
          AddProducts(line + (first * settings.stride + offset) * channels, settings.stride * channels,
                      slopes + first * channels, last - first, static_cast<int>(channels), part.data());
          double* sum = total.data() + (row.tap * settings.width + q) * channels;
          for (int64_t c = 0; c < channels; c++) sum[c] += part[c];
        }
      }
    }
  for (int64_t k = 0; k < size; k++) gradient[k] = static_cast<float>(total[k]);
}

const bool registered =
    RegisterOp("AslDepthwise", {"x: float", "filter: float", "settings: int32"}, {"y: float"}, Depthwise) &&
    RegisterOp("AslDepthwiseInputGrad", {"dy: float", "filter: float", "settings: int32"}, {"dx: float"},
               DepthwiseInputGradient) &&
    RegisterOp("AslDepthwiseFilterGrad", {"x: float", "dy: float", "settings: int32"}, {"gradient: float"},
               DepthwiseFilterGradient);

}  // namespace
}  // namespace asl

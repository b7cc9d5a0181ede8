// Convolutions by 3×3 filters with stride 1, dilated or not, and their gradients. Channels are multiples of 16. conv2d.ts says where
// they are used; TensorFlow's ops are what they are compared with.
#include <algorithm>
#include <vector>

#include "op_context.h"
#include "parallel.h"
#include "winograd.h"

namespace asl {
namespace {

using winograd::Geometry;
using winograd::Planes;
using winograd::Tile;

// Floats of what is worked on at a time: transformed tiles that stay in the second cache, and filters that stay in the third.
constexpr int64_t kTileFloats = 1 << 17;
constexpr int64_t kFilterFloats = 1 << 20;
constexpr int kLeastTiles = 24;

// Of so many tiles, transformed filters are used once: they are best used while they are in the second cache.
constexpr int kFewTiles = 48;
// Filters that are transformed at a time then: panels that lie side by side in memory, and inputs.
constexpr int kPanels = 4;
constexpr int kChannels = 64;
// Inputs whose gradients are summed up at a time: they stay in the second cache. A multiple of the rows that are multiplied together.
constexpr int kSummed = 48;

int TilesAtATime(int channels) {
  return std::max<int>(kLeastTiles, static_cast<int>(kTileFloats / (winograd::kPlanes * channels) / 6 * 6));
}

// y [..., to] of x [..., from] by filters [3, 3, from, to]: tiles are transformed a few at a time, the filters before.
void ConvolveManyTiles(OpContext& context, const float* x, const float* filters, const Geometry& geometry,
                       const std::vector<Tile>& tiles, int from, int to, float* y) {
  const int at_a_time = TilesAtATime(from);
  const int panels = to / kLanes;
  const int64_t filter_size = Planes::Size(from, kLanes);
  const int together = static_cast<int>(std::min<int64_t>(panels, std::max<int64_t>(1, kFilterFloats / filter_size)));
  const int blocks = static_cast<int>((tiles.size() + at_a_time - 1) / at_a_time);
  const int64_t input_size = Planes::Size(at_a_time, from), product_size = Planes::Size(at_a_time, kLanes);
  float* transformed = context.Scratch<float>(together * filter_size);
  float* scratch = context.Scratch<float>(Workers(blocks) * (input_size + product_size));
  if (!context.ok()) return;
  for (int first = 0; first < panels; first += together) {
    const int last = std::min(panels, first + together);
    Parallel(last - first, [&](int, int index) {
      winograd::TransformFilters(filters, from, to, 0, from, first + index, 1,
                                 Planes(transformed + index * filter_size, from, kLanes), filter_size);
    });
    Parallel(blocks, [&](int worker, int block) {
      const Tile* own = tiles.data() + block * at_a_time;
      const int count = std::min(at_a_time, static_cast<int>(tiles.size()) - block * at_a_time);
      float* memory = scratch + worker * (input_size + product_size);
      const Planes inputs(memory, at_a_time, from), products(memory + input_size, at_a_time, kLanes);
      winograd::TransformInputs(x, geometry, from, own, count, inputs);
      for (int panel = first; panel < last; panel++) {
        const Planes factors(transformed + (panel - first) * filter_size, from, kLanes);
        for (int plane = 0; plane < winograd::kPlanes; plane++) {
          winograd::Multiply(inputs.data + plane * inputs.stride, from, 1, factors.data + plane * factors.stride, count, from,
                             false, products.data + plane * products.stride);
        }
        winograd::Outputs(products, geometry, to, panel, own, count, y);
      }
    });
  }
}

// The same, filters transformed a few at a time, the tiles before.
void ConvolveFewTiles(OpContext& context, const float* x, const float* filters, const Geometry& geometry,
                      const std::vector<Tile>& tiles, int from, int to, float* y) {
  const int count = static_cast<int>(tiles.size());
  const int panels = to / kLanes;
  const int groups = (panels + kPanels - 1) / kPanels;
  const int64_t filter_size = Planes::Size(kChannels, kLanes), product_size = Planes::Size(count, kLanes);
  float* transformed = context.Scratch<float>(Planes::Size(count, from));
  float* scratch = context.Scratch<float>(Workers(groups) * kPanels * (filter_size + product_size));
  if (!context.ok()) return;
  const Planes inputs(transformed, count, from);
  winograd::TransformInputs(x, geometry, from, tiles.data(), count, inputs);
  Parallel(groups, [&](int worker, int group) {
    const int first = group * kPanels, last = std::min(panels, first + kPanels);
    float* memory = scratch + worker * kPanels * (filter_size + product_size);
    const auto factors = [&](int panel) { return Planes(memory + (panel - first) * filter_size, kChannels, kLanes); };
    const auto products = [&](int panel) {
      return Planes(memory + kPanels * filter_size + (panel - first) * product_size, count, kLanes);
    };
    for (int channel = 0; channel < from; channel += kChannels) {
      const int depth = std::min(kChannels, from - channel);
      winograd::TransformFilters(filters, from, to, channel, depth, first, last - first, factors(first), filter_size);
      for (int plane = 0; plane < winograd::kPlanes; plane++)
        for (int panel = first; panel < last; panel++) {
          const Planes factor = factors(panel), product = products(panel);
          winograd::Multiply(inputs.data + plane * inputs.stride + channel, from, 1, factor.data + plane * factor.stride, count,
                             depth, channel > 0, product.data + plane * product.stride);
        }
    }
    for (int panel = first; panel < last; panel++) {
      winograd::Outputs(products(panel), geometry, to, panel, tiles.data(), count, y);
    }
  });
}

void Convolve(OpContext& context, const float* x, const float* filters, const Geometry& geometry, int from, int to, float* y) {
  const std::vector<Tile> tiles = winograd::TilesOf(geometry);
  const auto convolve = tiles.size() <= kFewTiles ? ConvolveFewTiles : ConvolveManyTiles;
  convolve(context, x, filters, geometry, tiles, from, to, y);
}

// Inputs: x [n, h, w, from], filters [3, 3, from, to], dilation int32 [1]. Output: y [n, h, w, to].
void Convolution3x3(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> x(context, 0);
  Input<float> filters(context, 1);
  Input<int32_t> dilation(context, 2);
  if (!context.ok()) return;
  const Geometry geometry{x.dim(0), static_cast<int>(x.dim(1)), static_cast<int>(x.dim(2)), dilation.data()[0]};
  const int from = static_cast<int>(filters.dim(2)), to = static_cast<int>(filters.dim(3));
  float* y = context.Output(0, {geometry.images, geometry.height, geometry.width, to});
  if (!context.ok()) return;
  Convolve(context, x.data(), filters.data(), geometry, from, to, y);
}

// Inputs: dy [n, h, w, to], filters [3, 3, from, to], dilation int32 [1]. Output: dx [n, h, w, from]: a convolution of dy by the
// filters turned around.
void Convolution3x3InputGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> dy(context, 0);
  Input<float> filters(context, 1);
  Input<int32_t> dilation(context, 2);
  if (!context.ok()) return;
  const Geometry geometry{dy.dim(0), static_cast<int>(dy.dim(1)), static_cast<int>(dy.dim(2)), dilation.data()[0]};
  const int from = static_cast<int>(filters.dim(2)), to = static_cast<int>(filters.dim(3));
  float* dx = context.Output(0, {geometry.images, geometry.height, geometry.width, from});
  float* turned = context.Scratch<float>(filters.size());
  if (!context.ok()) return;
  Parallel(9, [&](int, int tap) { winograd::TurnAround(filters.data(), from, to, tap, turned); });
  Convolve(context, dy.data(), turned, geometry, to, from, dx);
}

// Inputs: x [n, h, w, from], dy [n, h, w, to], dilation int32 [1]. Output: the gradient by the filters [3, 3, from, to].
void Convolution3x3FilterGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> x(context, 0);
  Input<float> dy(context, 1);
  Input<int32_t> dilation(context, 2);
  if (!context.ok()) return;
  const Geometry geometry{x.dim(0), static_cast<int>(x.dim(1)), static_cast<int>(x.dim(2)), dilation.data()[0]};
  const int from = static_cast<int>(x.dim(3)), to = static_cast<int>(dy.dim(3));
  const std::vector<Tile> tiles = winograd::TilesOf(geometry);
  const int count = static_cast<int>(tiles.size());
  const int panels = to / kLanes;
  const int groups = (panels + kPanels - 1) / kPanels;
  const int64_t slope_size = Planes::Size(count, kLanes), sum_size = Planes::Size(kSummed, kLanes);
  float* gradient = context.Output(0, {3, 3, from, to});
  float* inputs = context.Scratch<float>(Planes::Size(count, from));
  float* scratch = context.Scratch<float>(Workers(groups) * kPanels * (slope_size + sum_size));
  if (!context.ok()) return;
  const Planes seen(inputs, count, from);
  Parallel(count, [&](int, int tile) {
    Planes own = seen;
    own.data += static_cast<int64_t>(tile) * from;
    winograd::TransformInputs(x.data(), geometry, from, tiles.data() + tile, 1, own);
  });
  Parallel(groups, [&](int worker, int group) {
    const int first = group * kPanels, last = std::min(panels, first + kPanels);
    float* memory = scratch + worker * kPanels * (slope_size + sum_size);
    const auto slopes = [&](int panel) { return Planes(memory + (panel - first) * slope_size, count, kLanes); };
    const auto sums = [&](int panel) {
      return Planes(memory + kPanels * slope_size + (panel - first) * sum_size, kSummed, kLanes);
    };
    for (int panel = first; panel < last; panel++) {
      winograd::TransformSlopes(dy.data(), geometry, to, panel, tiles.data(), count, slopes(panel));
    }
    for (int channel = 0; channel < from; channel += kSummed) {
      const int channels = std::min(kSummed, from - channel);
      for (int plane = 0; plane < winograd::kPlanes; plane++)
        for (int panel = first; panel < last; panel++) {
          const Planes slope = slopes(panel), sum = sums(panel);
          winograd::Multiply(seen.data + plane * seen.stride + channel, 1, from, slope.data + plane * slope.stride, channels, count,
                             false, sum.data + plane * sum.stride);
        }
      winograd::FilterGradients(sums(first), sum_size, from, to, channel, channels, first, last - first, gradient);
    }
  });
}

const bool registered =
    RegisterOp("AslConvolution3x3", {"x: float", "filters: float", "dilation: int32"}, {"y: float"}, Convolution3x3) &&
    RegisterOp("AslConvolution3x3InputGrad", {"dy: float", "filters: float", "dilation: int32"}, {"dx: float"},
               Convolution3x3InputGradient) &&
    RegisterOp("AslConvolution3x3FilterGrad", {"x: float", "dy: float", "dilation: int32"}, {"gradient: float"},
               Convolution3x3FilterGradient);

}  // namespace
}  // namespace asl

// Convolutions by 3×3 filters with stride 1, in 4×4 outputs at a time (Winograd 1980; Lavin and Gray, CVPR 2016): a quarter of the
// multiplications. Channels are multiples of kLanes: panels of so many are worked on at a time.
#ifndef ASL_WINOGRAD_H_
#define ASL_WINOGRAD_H_

#include <cstdint>
#include <vector>

#include "lanes.h"

namespace asl {
namespace winograd {

// Outputs along one side of a tile, and what they see of the image.
constexpr int kOutputs = 4;
constexpr int kInputs = 6;
// Products of a tile: the planes of everything that is transformed.
constexpr int kPlanes = kInputs * kInputs;

// Images [images, height, width, ...], and how far a filter's taps lie apart. A dilated convolution is a plain one on each of the
// dilation² interleaved sub-images.
struct Geometry {
  int64_t images;
  int height, width, dilation;
};

// The first output of a tile; the others follow in steps of the dilation.
struct Tile {
  int64_t image;
  int row, column;
};

std::vector<Tile> TilesOf(const Geometry& geometry);

// An array of planes, each of `count` rows of `width` values. Planes lie apart by no power of two, whose values would compete for the
// same lines of a cache.
struct Planes {
  float* data;
  int64_t stride;

  static int64_t Stride(int64_t count, int64_t width) { return count * width + kLanes; }
  static int64_t Size(int64_t count, int64_t width) { return kPlanes * Stride(count, width); }
  Planes(float* data, int64_t count, int64_t width) : data(data), stride(Stride(count, width)) {}
};

// What `count` tiles see of x [..., channels] → planes of `count` rows of `channels`.
void TransformInputs(const float* x, const Geometry& geometry, int channels, const Tile* tiles, int count, const Planes& planes);

// `panels` panels, from `panel` on, of `count` inputs, from `first` on, of the filters [3, 3, from, to] → as many arrays of planes of
// `count` rows of kLanes, `step` apart.
void TransformFilters(const float* filters, int from, int to, int first, int count, int panel, int panels, const Planes& planes,
                      int64_t step);

// Tap `tap` of the filters [3, 3, to, from] that convolve backwards, which is the opposite one of the filters [3, 3, from, to].
void TurnAround(const float* filters, int from, int to, int tap, float* turned);

// Panel `panel` of the gradients by the outputs [..., channels] of tiles → planes of `count` rows of kLanes.
void TransformSlopes(const float* dy, const Geometry& geometry, int channels, int panel, const Tile* tiles, int count,
                     const Planes& planes);

// Products of tiles, planes of `count` rows of kLanes → panel `panel` of their outputs in y [..., channels].
void Outputs(const Planes& planes, const Geometry& geometry, int channels, int panel, const Tile* tiles, int count, float* y);

// Sums of products, arrays of planes of `count` rows of kLanes, `step` apart → the same part of the gradient by the filters
// [3, 3, from, to]: `count` inputs, from `first` on, and `panels` panels, from `panel` on.
void FilterGradients(const Planes& planes, int64_t step, int from, int to, int first, int count, int panel, int panels,
                     float* gradient);

// to [rows, kLanes] = a b, or to + a b where `add`, with a [rows, depth] (its rows `row_step` apart, its columns `column_step`) and
// b [depth, kLanes].
void Multiply(const float* a, int64_t row_step, int64_t column_step, const float* b, int rows, int depth, bool add, float* to);

}  // namespace winograd
}  // namespace asl

#endif  // ASL_WINOGRAD_H_

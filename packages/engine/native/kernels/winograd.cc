#include "winograd.h"

#include <algorithm>

#include "vectorized.h"

namespace asl {
namespace winograd {
namespace {

// Polynomials are multiplied at the points 0, ±a, ±b and infinity. These have small errors, and squares without any.
constexpr float kA = 0.625f, kB = 1.5f;
constexpr float kA2 = kA * kA, kB2 = kB * kB, kA3 = kA2 * kA, kB3 = kB2 * kB;
// What a polynomial that is 0 at all other points is at 0, ±a and ±b.
constexpr float kAt0 = kA2 * kB2, kAtA = 2 * kA2 * (kA2 - kB2), kAtB = 2 * kB2 * (kB2 - kA2);

// Rows of filters that are fetched ahead of their use.
constexpr int kAhead = 3;

// One side of each transform. Steps are between the values.
ASL_INLINE void InputSide(const Lanes* d, int from, Lanes* t, int to) {
  const Lanes e = d[4 * from] - kB2 * d[2 * from], o = kA * (d[3 * from] - kB2 * d[from]);
  const Lanes f = d[4 * from] - kA2 * d[2 * from], p = kB * (d[3 * from] - kA2 * d[from]);
  t[0] = kAt0 * d[0] - (kA2 + kB2) * d[2 * from] + d[4 * from];
  t[to] = e + o;
  t[2 * to] = e - o;
  t[3 * to] = f + p;
  t[4 * to] = f - p;
  t[5 * to] = kAt0 * d[from] - (kA2 + kB2) * d[3 * from] + d[5 * from];
}

ASL_INLINE void OutputSide(const Lanes* m, int from, Lanes* y, int to) {
  const Lanes s = m[from] + m[2 * from], d = m[from] - m[2 * from];
  const Lanes t = m[3 * from] + m[4 * from], e = m[3 * from] - m[4 * from];
  y[0] = m[0] + s + t;
  y[to] = kA * d + kB * e;
  y[2 * to] = kA2 * s + kB2 * t;
  y[3 * to] = kA3 * d + kB3 * e + m[5 * from];
}

ASL_INLINE void SlopeSide(const Lanes* y, int from, Lanes* w, int to) {
  const Lanes e = y[0] + kA2 * y[2 * from], o = kA * y[from] + kA3 * y[3 * from];
  const Lanes f = y[0] + kB2 * y[2 * from], p = kB * y[from] + kB3 * y[3 * from];
  w[0] = y[0];
  w[to] = e + o;
  w[2 * to] = e - o;
  w[3 * to] = f + p;
  w[4 * to] = f - p;
  w[5 * to] = y[3 * from];
}

ASL_INLINE void FilterSide(const Lanes* g, int from, Lanes* u, int to) {
  const Lanes e = (1 / kAtA) * g[0] + (kA2 / kAtA) * g[2 * from], o = (kA / kAtA) * g[from];
  const Lanes f = (1 / kAtB) * g[0] + (kB2 / kAtB) * g[2 * from], p = (kB / kAtB) * g[from];
  u[0] = (1 / kAt0) * g[0];
  u[to] = e + o;
  u[2 * to] = e - o;
  u[3 * to] = f + p;
  u[4 * to] = f - p;
  u[5 * to] = g[2 * from];
}

ASL_INLINE void FilterGradientSide(const Lanes* u, int from, Lanes* g, int to) {
  const Lanes s = u[from] + u[2 * from], d = u[from] - u[2 * from];
  const Lanes t = u[3 * from] + u[4 * from], e = u[3 * from] - u[4 * from];
  g[0] = (1 / kAt0) * u[0] + (1 / kAtA) * s + (1 / kAtB) * t;
  g[to] = (kA / kAtA) * d + (kB / kAtB) * e;
  g[2 * to] = (kA2 / kAtA) * s + (kB2 / kAtB) * t + u[5 * from];
}

// The values at these places of a and b, one after the other.
#if defined(__clang__)
#define ASL_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int Order __attribute__((vector_size(kLanes * sizeof(int))));
#define ASL_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, Order{__VA_ARGS__})
#endif

// Rows become columns: each of four rounds shuffles the second half of the rows into the first like a deck of cards.
ASL_INLINE void Transpose(Lanes* rows) {
  for (int round = 0; round < 4; round++) {
    Lanes shuffled[kLanes];
    for (int i = 0; i < kLanes / 2; i++) {
      const Lanes a = rows[i], b = rows[i + kLanes / 2];
      shuffled[2 * i] = ASL_SHUFFLE(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      shuffled[2 * i + 1] = ASL_SHUFFLE(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    for (int i = 0; i < kLanes; i++) rows[i] = shuffled[i];
  }
}

// Where rows (or columns) of a tile lie, from `first` on; -1 for those outside.
template <int N>
struct Places {
  int at[N];
  Places(int first, int step, int size) {
    for (int i = 0; i < N; i++) {
      const int place = first + i * step;
      at[i] = place >= 0 && place < size ? place : -1;
    }
  }
};

template <int R>
ASL_INLINE void MultiplyRows(const float* a, int64_t row_step, int64_t column_step, const float* b, int depth, bool add,
                             float* to) {
  Lanes sums[R];
  for (int r = 0; r < R; r++) sums[r] = add ? Load(to + r * kLanes) : Lanes{};
  for (int k = 0; k < depth; k++) {
    const Lanes factors = Load(b + static_cast<int64_t>(k) * kLanes);
    for (int r = 0; r < R; r++) sums[r] += a[r * row_step] * factors;
    a += column_step;
  }
  for (int r = 0; r < R; r++) Store(sums[r], to + r * kLanes);
}

}  // namespace

std::vector<Tile> TilesOf(const Geometry& geometry) {
  std::vector<Tile> tiles;
  const int step = geometry.dilation * kOutputs;
  for (int64_t image = 0; image < geometry.images; image++)
    for (int top = 0; top < std::min(geometry.dilation, geometry.height); top++)
      for (int left = 0; left < std::min(geometry.dilation, geometry.width); left++)
        for (int row = top; row < geometry.height; row += step)
          for (int column = left; column < geometry.width; column += step) tiles.push_back({image, row, column});
  return tiles;
}

ASL_VECTORIZED void TransformInputs(const float* x, const Geometry& geometry, int channels, const Tile* tiles, int count,
                                    const Planes& planes) {
  const int d = geometry.dilation;
  for (int t = 0; t < count; t++) {
    const Tile& tile = tiles[t];
    const Places<kInputs> rows(tile.row - d, d, geometry.height), columns(tile.column - d, d, geometry.width);
    const float* image = x + tile.image * geometry.height * geometry.width * channels;
    for (int c = 0; c < channels; c += kLanes) {
      Lanes half[kPlanes];
      for (int j = 0; j < kInputs; j++) {
        Lanes column[kInputs];
        for (int i = 0; i < kInputs; i++) {
          const bool inside = rows.at[i] >= 0 && columns.at[j] >= 0;
          column[i] = inside ? Load(image + (static_cast<int64_t>(rows.at[i]) * geometry.width + columns.at[j]) * channels + c)
                             : Lanes{};
        }
        InputSide(column, 1, half + j, kInputs);
      }
      float* to = planes.data + static_cast<int64_t>(t) * channels + c;
      for (int i = 0; i < kInputs; i++) {
        Lanes row[kInputs];
        InputSide(half + i * kInputs, 1, row, 1);
        for (int j = 0; j < kInputs; j++) Store(row[j], to + (i * kInputs + j) * planes.stride);
      }
    }
  }
}

ASL_VECTORIZED void TransformFilters(const float* filters, int from, int to, int first, int count, int panel, int panels,
                                     const Planes& planes, int64_t step) {
  const float* start = filters + static_cast<int64_t>(first) * to + panel * kLanes;
  for (int c = 0; c < count; c++) {
    // A filter's taps lie far apart, so that no processor guesses where it goes on.
    for (int tap = 0; tap < 9 && c + kAhead < count; tap++) {
      const float* ahead = start + (static_cast<int64_t>(tap) * from + c + kAhead) * to;
      for (int index = 0; index < panels; index++) __builtin_prefetch(ahead + index * kLanes);
    }
    for (int index = 0; index < panels; index++) {
      const float* own = start + index * kLanes;
      float* target = planes.data + index * step + c * kLanes;
      Lanes half[kInputs * 3];
      for (int j = 0; j < 3; j++) {
        Lanes column[3];
        for (int i = 0; i < 3; i++) column[i] = Load(own + (static_cast<int64_t>(i * 3 + j) * from + c) * to);
        FilterSide(column, 1, half + j, 3);
      }
      for (int i = 0; i < kInputs; i++) {
        Lanes row[kInputs];
        FilterSide(half + i * 3, 1, row, 1);
        for (int j = 0; j < kInputs; j++) Store(row[j], target + (i * kInputs + j) * planes.stride);
      }
    }
  }
}

ASL_VECTORIZED void TurnAround(const float* filters, int from, int to, int tap, float* turned) {
  const float* source = filters + static_cast<int64_t>(8 - tap) * from * to;
  float* target = turned + static_cast<int64_t>(tap) * from * to;
  for (int c = 0; c < from; c += kLanes)
    for (int k = 0; k < to; k += kLanes) {
      Lanes rows[kLanes];
      for (int i = 0; i < kLanes; i++) rows[i] = Load(source + static_cast<int64_t>(c + i) * to + k);
      Transpose(rows);
      for (int i = 0; i < kLanes; i++) Store(rows[i], target + static_cast<int64_t>(k + i) * from + c);
    }
}

ASL_VECTORIZED void TransformSlopes(const float* dy, const Geometry& geometry, int channels, int panel, const Tile* tiles,
                                    int count, const Planes& planes) {
  const int d = geometry.dilation;
  for (int t = 0; t < count; t++) {
    const Tile& tile = tiles[t];
    const Places<kOutputs> rows(tile.row, d, geometry.height), columns(tile.column, d, geometry.width);
    const float* image = dy + tile.image * geometry.height * geometry.width * channels + panel * kLanes;
    Lanes half[kInputs * kOutputs];
    for (int j = 0; j < kOutputs; j++) {
      Lanes column[kOutputs];
      for (int i = 0; i < kOutputs; i++) {
        const bool inside = rows.at[i] >= 0 && columns.at[j] >= 0;
        column[i] = inside ? Load(image + (static_cast<int64_t>(rows.at[i]) * geometry.width + columns.at[j]) * channels) : Lanes{};
      }
      SlopeSide(column, 1, half + j, kOutputs);
    }
    for (int i = 0; i < kInputs; i++) {
      Lanes row[kInputs];
      SlopeSide(half + i * kOutputs, 1, row, 1);
      for (int j = 0; j < kInputs; j++) Store(row[j], planes.data + (i * kInputs + j) * planes.stride + t * kLanes);
    }
  }
}

ASL_VECTORIZED void Outputs(const Planes& planes, const Geometry& geometry, int channels, int panel, const Tile* tiles, int count,
                            float* y) {
  const int d = geometry.dilation;
  for (int t = 0; t < count; t++) {
    const Tile& tile = tiles[t];
    const Places<kOutputs> rows(tile.row, d, geometry.height), columns(tile.column, d, geometry.width);
    float* image = y + tile.image * geometry.height * geometry.width * channels + panel * kLanes;
    Lanes half[kOutputs * kInputs];
    for (int j = 0; j < kInputs; j++) {
      Lanes column[kInputs];
      for (int i = 0; i < kInputs; i++) column[i] = Load(planes.data + (i * kInputs + j) * planes.stride + t * kLanes);
      OutputSide(column, 1, half + j, kInputs);
    }
    for (int i = 0; i < kOutputs; i++) {
      if (rows.at[i] < 0) continue;
      Lanes row[kOutputs];
      OutputSide(half + i * kInputs, 1, row, 1);
      for (int j = 0; j < kOutputs; j++) {
        if (columns.at[j] >= 0) Store(row[j], image + (static_cast<int64_t>(rows.at[i]) * geometry.width + columns.at[j]) * channels);
      }
    }
  }
}

ASL_VECTORIZED void FilterGradients(const Planes& planes, int64_t step, int from, int to, int first, int count, int panel,
                                    int panels, float* gradient) {
  float* start = gradient + static_cast<int64_t>(first) * to + panel * kLanes;
  for (int c = 0; c < count; c++)
    for (int index = 0; index < panels; index++) {
      const float* source = planes.data + index * step + c * kLanes;
      Lanes half[3 * kInputs];
      for (int j = 0; j < kInputs; j++) {
        Lanes column[kInputs];
        for (int i = 0; i < kInputs; i++) column[i] = Load(source + (i * kInputs + j) * planes.stride);
        FilterGradientSide(column, 1, half + j, kInputs);
      }
      for (int i = 0; i < 3; i++) {
        Lanes row[3];
        FilterGradientSide(half + i * kInputs, 1, row, 1);
        for (int j = 0; j < 3; j++) {
          Store(row[j], start + (static_cast<int64_t>(i * 3 + j) * from + c) * to + index * kLanes);
        }
      }
    }
}

ASL_VECTORIZED void Multiply(const float* a, int64_t row_step, int64_t column_step, const float* b, int rows, int depth, bool add,
                             float* to) {
  int r = 0;
  // Six rows: as many sums as a processor with 16 registers of AVX2 holds, and enough that none waits for the one before.
  for (; r + 6 <= rows; r += 6) MultiplyRows<6>(a + r * row_step, row_step, column_step, b, depth, add, to + r * kLanes);
  const float* rest = a + r * row_step;
  switch (rows - r) {
    case 5: return MultiplyRows<5>(rest, row_step, column_step, b, depth, add, to + r * kLanes);
    case 4: return MultiplyRows<4>(rest, row_step, column_step, b, depth, add, to + r * kLanes);
    case 3: return MultiplyRows<3>(rest, row_step, column_step, b, depth, add, to + r * kLanes);
    case 2: return MultiplyRows<2>(rest, row_step, column_step, b, depth, add, to + r * kLanes);
    case 1: return MultiplyRows<1>(rest, row_step, column_step, b, depth, add, to + r * kLanes);
  }
}

}  // namespace winograd
}  // namespace asl

// Piecewise quadratic Bezier curves in float32, for blocks of probabilities. The definition is piecewise-curve.ts of the
// kernel package; the composed operations of curve-tensor.ts are the equal on other backends.
#ifndef ASL_CURVE_H_
#define ASL_CURVE_H_

#include <cmath>

#include "vectorized.h"

namespace asl {

// Fields of a piece, as the rows of the op's input have them.
struct Piece {
  float x0;
  float inverse_width;  // 0 for a step
  float handle;
  float linear;  // y(t) - y0 = linear t + square t^2
  float square;
  float rise;  // y(1) - y(0)
};

constexpr int kPieceFields = 6;
constexpr float kSlopeLimit = 1048576.0f;
constexpr float kTiny = 1e-30f;
// Makes u / (handle + root) at least 1 at u = 1 whatever is rounded, so that the right end is met exactly.
constexpr float kRoundUp = 1.0f + 0x1p-22f;

struct Curve {
  float start;  // g(0)
  const Piece* pieces;
  int count;
};

// A curve input is a float vector: g(0), then the pieces from left to right.
inline Curve ReadCurve(const float* data, long length) {
  return {data[0], reinterpret_cast<const Piece*>(data + 1), static_cast<int>((length - 1) / kPieceFields)};
}

inline float Clamp01(float x) {
  x = x < 0.0f ? 0.0f : x;
  return x > 1.0f ? 1.0f : x;
}

inline float StepAt(const Piece& piece) { return piece.x0 >= 1.0f ? 1.0f - 0x1p-24f : piece.x0; }

inline float Root(float handle, float u) {
  float discriminant = handle * handle + (1.0f - 2.0f * handle) * u;
  return std::sqrt(discriminant > 0.0f ? discriminant : 0.0f);
}

inline float Parameter(float handle, float u, float root) {
  float denominator = handle + root;
  denominator = denominator > kTiny ? denominator : kTiny;
  const float t = u * kRoundUp / denominator;
  return t < 1.0f ? t : 1.0f;
}

// g[i] = g(p[i])
ASL_INLINE void CurveValues(const Curve& curve, const float* __restrict p, float* __restrict g, int n) {
  for (int i = 0; i < n; i++) g[i] = curve.start;
  for (int k = 0; k < curve.count; k++) {
    const Piece piece = curve.pieces[k];
    if (piece.inverse_width == 0.0f) {
      const float at = StepAt(piece);
      for (int i = 0; i < n; i++) g[i] += p[i] > at ? piece.rise : 0.0f;
      continue;
    }
    for (int i = 0; i < n; i++) {
      const float u = Clamp01((p[i] - piece.x0) * piece.inverse_width);
      const float t = Parameter(piece.handle, u, Root(piece.handle, u));
      g[i] += t * (t * piece.square + piece.linear);
    }
  }
  for (int i = 0; i < n; i++) g[i] = Clamp01(g[i]);
}

// d[i] = g'(p[i])
ASL_INLINE void CurveSlopes(const Curve& curve, const float* __restrict p, float* __restrict d, int n) {
  bool first = true;
  for (int i = 0; i < n; i++) d[i] = 0.0f;
  for (int k = 0; k < curve.count; k++) {
    const Piece piece = curve.pieces[k];
    if (piece.inverse_width == 0.0f) continue;
    const float begin = first ? -1.0f : piece.x0;
    first = false;
    const float half = 0.5f * piece.inverse_width;
    for (int i = 0; i < n; i++) {
      const float u = Clamp01((p[i] - piece.x0) * piece.inverse_width);
      const float root = Root(piece.handle, u);
      const float t = Parameter(piece.handle, u, root);
      const float rise = 2.0f * t * piece.square + piece.linear;
      float slope = rise * half / (root > kTiny ? root : kTiny);
      slope = slope < -kSlopeLimit ? -kSlopeLimit : slope;
      slope = slope > kSlopeLimit ? kSlopeLimit : slope;
      d[i] = p[i] > begin ? slope : d[i];
    }
  }
}

inline float CurveValue(const Curve& curve, float p) {
  float g;
  CurveValues(curve, &p, &g, 1);
  return g;
}

inline float CurveSlope(const Curve& curve, float p) {
  float d;
  CurveSlopes(curve, &p, &d, 1);
  return d;
}

}  // namespace asl

#endif  // ASL_CURVE_H_

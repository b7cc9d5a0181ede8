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
// The same where two are multiplied.
constexpr float kTinyFactor = 1e-18f;
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

// All that computes is inlined, since one of the files that take it is compiled as if there were no NaN. Limits here and below
// let NaN through: of logits that are no numbers, as of a training that diverged, a loss must be none.
ASL_INLINE float Clamp01(float x) {
  x = x < 0.0f ? 0.0f : x;
  return x > 1.0f ? 1.0f : x;
}

ASL_INLINE float StepAt(const Piece& piece) { return piece.x0 >= 1.0f ? 1.0f - 0x1p-24f : piece.x0; }

// handle^2 + (1 - 2 handle) u, written so that nothing cancels where the handle lies on the piece's right end.
ASL_INLINE float Root(float handle, float u) {
  const float rest = 1.0f - handle;
  return std::sqrt(handle * handle * (1.0f - u) + rest * rest * u);
}

ASL_INLINE float Parameter(float handle, float u, float root) {
  float denominator = handle + root;
  denominator = denominator < kTiny ? kTiny : denominator;
  const float t = u * kRoundUp / denominator;
  return t > 1.0f ? 1.0f : t;
}

// Only pieces of some width; steps are added apart. Each starts at the sum of the rises of those before it.
constexpr int kMaxSelected = 3;

struct WidePieces {
  Piece pieces[kMaxSelected];
  float base[kMaxSelected];
  int count;  // kMaxSelected + 1: there are more
};

inline WidePieces FindWidePieces(const Curve& curve) {
  WidePieces wide{};
  float base = curve.start;
  for (int k = 0; k < curve.count; k++) {
    const Piece& piece = curve.pieces[k];
    if (piece.inverse_width == 0.0f) continue;
    if (wide.count >= kMaxSelected) {
      wide.count = kMaxSelected + 1;
      break;
    }
    wide.pieces[wide.count] = piece;
    wide.base[wide.count++] = base;
    base += piece.square + piece.linear;
  }
  return wide;
}

// The piece of kCount that x lies in, and the value it starts from.
template <int kCount>
ASL_INLINE Piece PieceAt(const Piece* pieces, const float* base, float x, float* y) {
  // Field by field: a copied struct keeps the loop around this from becoming vector code.
  Piece piece{pieces[0].x0,     pieces[0].inverse_width, pieces[0].handle,
              pieces[0].linear, pieces[0].square,        pieces[0].rise};
  *y = base[0];
  for (int k = 1; k < kCount; k++) {
    const bool in = x > pieces[k].x0;
    piece.x0 = in ? pieces[k].x0 : piece.x0;
    piece.inverse_width = in ? pieces[k].inverse_width : piece.inverse_width;
    piece.handle = in ? pieces[k].handle : piece.handle;
    piece.linear = in ? pieces[k].linear : piece.linear;
    piece.square = in ? pieces[k].square : piece.square;
    *y = in ? base[k] : *y;
  }
  return piece;
}

ASL_INLINE float LimitSlope(float slope) {
  slope = slope < -kSlopeLimit ? -kSlopeLimit : slope;
  return slope > kSlopeLimit ? kSlopeLimit : slope;
}

// The value and the slope of a piece at x by one division, 1 / (denominator root), which is what the time goes to.
ASL_INLINE void ValueAndSlope(const Piece& piece, float y, float x, float* value, float* slope) {
  const float u = Clamp01((x - piece.x0) * piece.inverse_width);
  float root = Root(piece.handle, u);
  root = root < kTinyFactor ? kTinyFactor : root;
  const float denominator = piece.handle + root;
  const float inverse = 1.0f / (denominator * root);
  float t = u * (root * inverse);
  t = t > 1.0f ? 1.0f : t;
  t = u >= 1.0f ? 1.0f : t;  // the right end is met exactly
  *value = y + t * (t * piece.square + piece.linear);
  *slope = LimitSlope((2.0f * t * piece.square + piece.linear) * (0.5f * piece.inverse_width) * (denominator * inverse));
}

// g[i] = the part of the curve that its pieces of some width make, d[i] = its slope. The piece of each value is selected
// first, so that a root and a division are all it costs, however many pieces there are.
template <int kCount, bool kValues, bool kSlopes>
ASL_INLINE void Selected(const WidePieces& wide, const float* __restrict p, float* __restrict g, float* __restrict d,
                         int n) {
  Piece pieces[kCount];
  float base[kCount];
  for (int k = 0; k < kCount; k++) {
    pieces[k] = wide.pieces[k];
    base[k] = wide.base[k];
  }
  for (int i = 0; i < n; i++) {
    float y;
    const Piece piece = PieceAt<kCount>(pieces, base, p[i], &y);
    if (kValues && kSlopes) {
      ValueAndSlope(piece, y, p[i], &g[i], &d[i]);
      continue;
    }
    const float u = Clamp01((p[i] - piece.x0) * piece.inverse_width);
    const float root = Root(piece.handle, u);
    const float t = Parameter(piece.handle, u, root);
    if (kValues) g[i] = y + t * (t * piece.square + piece.linear);
    if (kSlopes) {
      const float rise = 2.0f * t * piece.square + piece.linear;
      d[i] = LimitSlope(rise * (0.5f * piece.inverse_width) / (root < kTiny ? kTiny : root));
    }
  }
}

template <bool kValues, bool kSlopes>
ASL_INLINE void AnyNumber(const Curve& curve, const float* __restrict p, float* __restrict g, float* __restrict d,
                          int n) {
  if (kValues) {
    for (int i = 0; i < n; i++) g[i] = curve.start;
  }
  if (kSlopes) {
    for (int i = 0; i < n; i++) d[i] = 0.0f;
  }
  bool first = true;
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
      if (kValues) g[i] += t * (t * piece.square + piece.linear);
      if (kSlopes) {
        const float rise = 2.0f * t * piece.square + piece.linear;
        const float slope = LimitSlope(rise * half / (root < kTiny ? kTiny : root));
        d[i] = p[i] > begin ? slope : d[i];
      }
    }
  }
}

template <bool kValues, bool kSlopes>
ASL_INLINE void EvaluateCurve(const Curve& curve, const float* __restrict p, float* __restrict g, float* __restrict d,
                              int n) {
  const WidePieces wide = FindWidePieces(curve);
  if (wide.count == 1) {
    Selected<1, kValues, kSlopes>(wide, p, g, d, n);
  } else if (wide.count == 2) {
    Selected<2, kValues, kSlopes>(wide, p, g, d, n);
  } else if (wide.count == 3) {
    Selected<3, kValues, kSlopes>(wide, p, g, d, n);
  } else {
    AnyNumber<kValues, kSlopes>(curve, p, g, d, n);
  }
  if (!kValues) return;
  for (int k = 0; k < curve.count; k++) {
    const Piece piece = curve.pieces[k];
    if (piece.inverse_width != 0.0f) continue;
    const float at = StepAt(piece);
    for (int i = 0; i < n; i++) g[i] += p[i] > at ? piece.rise : 0.0f;
  }
  for (int i = 0; i < n; i++) g[i] = Clamp01(g[i]);
}

// g[i] = g(p[i])
ASL_INLINE void CurveValues(const Curve& curve, const float* __restrict p, float* __restrict g, int n) {
  EvaluateCurve<true, false>(curve, p, g, nullptr, n);
}

// d[i] = g'(p[i])
ASL_INLINE void CurveSlopes(const Curve& curve, const float* __restrict p, float* __restrict d, int n) {
  EvaluateCurve<false, true>(curve, p, nullptr, d, n);
}

// Both at once, which share most of the work.
ASL_INLINE void CurveValuesAndSlopes(const Curve& curve, const float* __restrict p, float* __restrict g,
                                     float* __restrict d, int n) {
  EvaluateCurve<true, true>(curve, p, g, d, n);
}

}  // namespace asl

#endif  // ASL_CURVE_H_

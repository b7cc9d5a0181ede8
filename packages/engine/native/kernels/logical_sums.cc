// The sums of region metrics in one pass over the logits, and their gradient in another:
//   and[c] = sum of g_and(p_c) over the counted pixels of class c
//   or[c]  = sum over the counted pixels of g_or(p_c), and of 1 where c is the pixel's class
// with p the softmax. What RelaxedMeasure composes of a dozen operations, with the same result.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "curve.h"
#include "op_context.h"
#include "softmax.h"

namespace asl {
namespace {

ASL_VECTORIZED void Values(const Curve& curve, const float* p, float* g, int n) { CurveValues(curve, p, g, n); }
ASL_VECTORIZED void Slopes(const Curve& curve, const float* p, float* d, int n) { CurveSlopes(curve, p, d, n); }

// Rows of `rows` that count, added to `total`.
ASL_VECTORIZED void AddRows(const float* __restrict rows, const float* __restrict region, float* __restrict total, int pixels, int classes) {
  for (int i = 0; i < pixels; i++) {
    const float weight = region[i];
    if (weight == 0.0f) continue;
    for (int c = 0; c < classes; c++) total[c] += weight * rows[i * classes + c];
  }
}

// Each row of d times its pixel's region and the classes' weights.
ASL_VECTORIZED void Weigh(const float* __restrict region, const float* __restrict weights, float* __restrict d, int pixels,
                          int classes) {
  for (int i = 0; i < pixels; i++) {
    for (int c = 0; c < classes; c++) d[i * classes + c] *= region[i] * weights[c];
  }
}

// Inputs: logits [N, c], labels int32 [N], region [N] (1 where a pixel counts), curve of AND, curve of OR.
// Outputs: probabilities [N, c], and-sums [c], or-sums [c].
void LogicalSums(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> logits(context, 0);
  Input<int32_t> labels(context, 1);
  Input<float> region(context, 2);
  Input<float> and_curve(context, 3);
  Input<float> or_curve(context, 4);
  if (!context.ok()) return;
  const int classes = static_cast<int>(logits.dim(1));
  const int64_t pixels = logits.dim(0);
  float* p = context.Output(0, {pixels, classes});
  float* and_sums = context.Output(1, {classes});
  float* or_sums = context.Output(2, {classes});
  if (!context.ok()) return;
  const Curve g_and = ReadCurve(and_curve.data(), and_curve.size());
  const Curve g_or = ReadCurve(or_curve.data(), or_curve.size());
  std::vector<float> g(kBlock * classes);
  std::vector<float> partial(classes);
  std::vector<double> ands(classes, 0.0), ors(classes, 0.0);
  std::vector<float> true_p(kBlock), true_g(kBlock);
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    float* block = p + start * classes;
    const float* counted = region.data() + start;
    const int32_t* label = labels.data() + start;
    Softmax(logits.data() + start * classes, block, count, classes);
    if (g_or.count > 0) {
      Values(g_or, block, g.data(), count * classes);
      for (int i = 0; i < count; i++) {
        if (IsClass(label[i], classes)) g[i * classes + label[i]] = 1.0f;
      }
      std::fill(partial.begin(), partial.end(), 0.0f);
      AddRows(g.data(), counted, partial.data(), count, classes);
      for (int c = 0; c < classes; c++) ors[c] += partial[c];
    }
    if (g_and.count > 0) {
      for (int i = 0; i < count; i++) true_p[i] = IsClass(label[i], classes) ? block[i * classes + label[i]] : 0.0f;
      Values(g_and, true_p.data(), true_g.data(), count);
      for (int i = 0; i < count; i++) {
        if (IsClass(label[i], classes)) ands[label[i]] += counted[i] * true_g[i];
      }
    }
  }
  for (int c = 0; c < classes; c++) {
    and_sums[c] = static_cast<float>(ands[c]);
    or_sums[c] = static_cast<float>(ors[c]);
  }
}

// Inputs: probabilities [N, c], labels, region, the curves as above, and the gradients by the and-sums and the or-sums [c].
// Output: the gradient by the logits [N, c].
void LogicalSumsGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> probabilities(context, 0);
  Input<int32_t> labels(context, 1);
  Input<float> region(context, 2);
  Input<float> and_curve(context, 3);
  Input<float> or_curve(context, 4);
  Input<float> d_and(context, 5);
  Input<float> d_or(context, 6);
  if (!context.ok()) return;
  const int classes = static_cast<int>(probabilities.dim(1));
  const int64_t pixels = probabilities.dim(0);
  float* dlogits = context.Output(0, {pixels, classes});
  if (!context.ok()) return;
  const Curve g_and = ReadCurve(and_curve.data(), and_curve.size());
  const Curve g_or = ReadCurve(or_curve.data(), or_curve.size());
  const float* by_and = d_and.data();
  std::vector<float> dp(kBlock * classes);
  std::vector<float> true_p(kBlock), slope(kBlock);
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    const float* block = probabilities.data() + start * classes;
    const float* counted = region.data() + start;
    const int32_t* label = labels.data() + start;
    if (g_or.count > 0) {
      Slopes(g_or, block, dp.data(), count * classes);
      Weigh(counted, d_or.data(), dp.data(), count, classes);
    } else {
      std::fill(dp.begin(), dp.end(), 0.0f);
    }
    if (g_and.count > 0) {
      for (int i = 0; i < count; i++) true_p[i] = IsClass(label[i], classes) ? block[i * classes + label[i]] : 0.0f;
      Slopes(g_and, true_p.data(), slope.data(), count);
    }
    for (int i = 0; i < count; i++) {
      if (!IsClass(label[i], classes)) continue;
      // OR is 1 at the true class, whatever p is.
      dp[i * classes + label[i]] = g_and.count > 0 ? counted[i] * slope[i] * by_and[label[i]] : 0.0f;
    }
    SoftmaxGradient(block, dp.data(), dlogits + start * classes, count, classes);
  }
}

const bool registered =
    RegisterOp("AslLogicalSums",
               {"logits: float", "labels: int32", "region: float", "and_curve: float", "or_curve: float"},
               {"probabilities: float", "and_sums: float", "or_sums: float"}, LogicalSums) &&
    RegisterOp("AslLogicalSumsGrad",
               {"probabilities: float", "labels: int32", "region: float", "and_curve: float", "or_curve: float",
                "d_and: float", "d_or: float"},
               {"dlogits: float"}, LogicalSumsGradient);

}  // namespace
}  // namespace asl

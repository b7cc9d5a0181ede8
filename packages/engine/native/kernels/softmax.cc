#include "softmax.h"

#include <algorithm>

#include "elementary.h"
#include "op_context.h"

namespace asl {

ASL_VECTORIZED void Softmax(const float* __restrict logits, float* __restrict p, int pixels, int classes) {
  for (int i = 0; i < pixels; i++) {
    const float* row = logits + i * classes;
    float top = row[0];
    for (int c = 1; c < classes; c++) top = row[c] > top ? row[c] : top;
    for (int c = 0; c < classes; c++) p[i * classes + c] = row[c] - top;
  }
  const int n = pixels * classes;
  for (int i = 0; i < n; i++) p[i] = ExpNegative(p[i]);
  for (int i = 0; i < pixels; i++) {
    float* row = p + i * classes;
    float sum = 0.0f;
    for (int c = 0; c < classes; c++) sum += row[c];
    const float inverse = 1.0f / sum;
    for (int c = 0; c < classes; c++) row[c] *= inverse;
  }
}

// Rows of few classes are shorter than what a vector's loop takes to start and to end. So whole steps of this many values are
// treated: those past a row's end are the next row's, which treats them again.
constexpr int kStep = 16;

ASL_VECTORIZED void SoftmaxGradient(const float* __restrict p, const float* __restrict dp, float* __restrict dlogits,
                                    int pixels, int classes) {
  float dot[kBlock];
  for (int i = 0; i < pixels; i++) {
    float sum = 0.0f;
    for (int c = 0; c < classes; c++) sum += p[i * classes + c] * dp[i * classes + c];
    dot[i] = sum;
  }
  const int past = (kStep - classes % kStep) % kStep;
  const int roomy = std::max(0, pixels - (past + classes - 1) / classes);
  for (int i = 0; i < roomy; i++) {
    for (int start = i * classes; start < (i + 1) * classes; start += kStep) {
      for (int k = start; k < start + kStep; k++) dlogits[k] = p[k] * (dp[k] - dot[i]);
    }
  }
  for (int i = roomy; i < pixels; i++) {
    for (int k = i * classes; k < (i + 1) * classes; k++) dlogits[k] = p[k] * (dp[k] - dot[i]);
  }
}

namespace {

// Input: logits [..., c]. Output: probabilities, of the same shape.
void SoftmaxOp(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> logits(context, 0);
  if (!context.ok()) return;
  float* p = context.Output(0, logits.shape());
  if (!context.ok()) return;
  const int classes = static_cast<int>(logits.dim(logits.rank() - 1));
  const int64_t pixels = logits.size() / classes;
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    Softmax(logits.data() + start * classes, p + start * classes, count, classes);
  }
}

// Inputs: probabilities [..., c], the gradient by them. Output: the gradient by the logits.
void SoftmaxGradientOp(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> p(context, 0);
  Input<float> dp(context, 1);
  if (!context.ok()) return;
  float* dlogits = context.Output(0, p.shape());
  if (!context.ok()) return;
  const int classes = static_cast<int>(p.dim(p.rank() - 1));
  const int64_t pixels = p.size() / classes;
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    const int64_t at = start * classes;
    SoftmaxGradient(p.data() + at, dp.data() + at, dlogits + at, count, classes);
  }
}

const bool registered = RegisterOp("AslSoftmax", {"logits: float"}, {"probabilities: float"}, SoftmaxOp) &&
                        RegisterOp("AslSoftmaxGrad", {"probabilities: float", "dp: float"}, {"dlogits: float"},
                                   SoftmaxGradientOp);

}  // namespace
}  // namespace asl

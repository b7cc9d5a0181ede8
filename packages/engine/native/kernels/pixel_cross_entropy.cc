// Softmax cross-entropy of each pixel and its gradient by the logits, p - y, in one pass. The equal of
// composedPixelCrossEntropy in pixel-cross-entropy.ts.
#include <algorithm>

#include "elementary.h"
#include "op_context.h"
#include "softmax.h"

namespace asl {
namespace {

// Both are 0 at invalid pixels.
ASL_VECTORIZED void PixelBlock(const float* __restrict logits, const int32_t* __restrict labels,
                               float* __restrict entropy, float* __restrict slope, int pixels, int classes) {
  float at_class[kBlock];
  float normaliser[kBlock];
  for (int i = 0; i < pixels; i++) {
    const float* row = logits + i * classes;
    float* shifted = slope + i * classes;
    float top = row[0];
    for (int c = 1; c < classes; c++) top = row[c] > top ? row[c] : top;
    for (int c = 0; c < classes; c++) shifted[c] = row[c] - top;
    at_class[i] = IsClass(labels[i], classes) ? shifted[labels[i]] : 0.0f;
  }
  const int n = pixels * classes;
  for (int i = 0; i < n; i++) slope[i] = ExpNegative(slope[i]);
  for (int i = 0; i < pixels; i++) {
    float* row = slope + i * classes;
    float sum = 0.0f;
    for (int c = 0; c < classes; c++) sum += row[c];
    normaliser[i] = sum;
    const bool valid = IsClass(labels[i], classes);
    const float factor = valid ? 1.0f / sum : 0.0f;
    for (int c = 0; c < classes; c++) row[c] *= factor;
    if (valid) row[labels[i]] -= 1.0f;
  }
  for (int i = 0; i < pixels; i++) normaliser[i] = Log(normaliser[i]);
  for (int i = 0; i < pixels; i++) entropy[i] = IsClass(labels[i], classes) ? normaliser[i] - at_class[i] : 0.0f;
}

// Inputs: logits [..., c], labels int32 [...]. Outputs: the cross-entropy [...], and p - y [..., c].
void PixelCrossEntropy(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> logits(context, 0);
  Input<int32_t> labels(context, 1);
  if (!context.ok()) return;
  float* entropy = context.Output(0, labels.shape());
  float* slope = context.Output(1, logits.shape());
  if (!context.ok()) return;
  const int classes = static_cast<int>(logits.dim(logits.rank() - 1));
  const int64_t pixels = labels.size();
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    const int64_t at = start * classes;
    PixelBlock(logits.data() + at, labels.data() + start, entropy + start, slope + at, count, classes);
  }
}

// Inputs: a value for each pixel [...], p - y [..., c]. Output: their product.
void PixelCrossEntropyGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> dy(context, 0);
  Input<float> slope(context, 1);
  if (!context.ok()) return;
  float* dlogits = context.Output(0, slope.shape());
  if (!context.ok()) return;
  const int classes = static_cast<int>(slope.dim(slope.rank() - 1));
  const float* rows = slope.data();
  for (int64_t i = 0; i < dy.size(); i++) {
    const float factor = dy.data()[i];
    for (int64_t at = i * classes; at < (i + 1) * classes; at++) dlogits[at] = rows[at] * factor;
  }
}

const bool registered =
    RegisterOp("AslPixelCrossEntropy", {"logits: float", "labels: int32"}, {"entropy: float", "slope: float"},
               PixelCrossEntropy) &&
    RegisterOp("AslPixelCrossEntropyGrad", {"dy: float", "slope: float"}, {"dlogits: float"},
               PixelCrossEntropyGradient);

}  // namespace
}  // namespace asl

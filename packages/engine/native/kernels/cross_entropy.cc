// Softmax cross-entropy with class weights and label smoothing: the mean over the valid pixels and its gradient in one pass
// over the logits. The equal of composedCrossEntropy in softmax-cross-entropy.ts.
#include <algorithm>
#include <vector>

#include "elementary.h"
#include "op_context.h"
#include "softmax.h"

namespace asl {
namespace {

// What each class's -log p counts at a pixel of class y: weight[y] (1 - smoothing) if it is y, and even[c] in any case.
struct Targets {
  const float* weight;
  float smoothing;
  std::vector<float> even;
  float even_sum;
};

// The loss of a block, times the sum of all weights; slope becomes the gradient, 0 at invalid pixels.
ASL_VECTORIZED float Block(const float* __restrict logits, const int32_t* __restrict labels, const Targets& targets,
                           float scale, float* __restrict slope, int pixels, int classes) {
  float normaliser[kBlock];
  float total[kBlock];   // sum of the targets
  float linear[kBlock];  // sum of the targets times the shifted logits
  const float share = 1.0f - targets.smoothing;
  for (int i = 0; i < pixels; i++) {
    const float* row = logits + i * classes;
    float* shifted = slope + i * classes;
    float top = row[0];
    for (int c = 1; c < classes; c++) top = row[c] > top ? row[c] : top;
    for (int c = 0; c < classes; c++) shifted[c] = row[c] - top;
    const bool valid = IsClass(labels[i], classes);
    const float weight = valid ? targets.weight[labels[i]] * share : 0.0f;
    total[i] = valid ? weight + targets.even_sum : 0.0f;
    linear[i] = valid ? weight * shifted[labels[i]] : 0.0f;
    if (valid && targets.even_sum != 0.0f) {
      float sum = 0.0f;
      for (int c = 0; c < classes; c++) sum += targets.even[c] * shifted[c];
      linear[i] += sum;
    }
  }
  const int n = pixels * classes;
  for (int i = 0; i < n; i++) slope[i] = ExpNegative(slope[i]);
  for (int i = 0; i < pixels; i++) {
    float* row = slope + i * classes;
    float sum = 0.0f;
    for (int c = 0; c < classes; c++) sum += row[c];
    normaliser[i] = sum;
    if (!IsClass(labels[i], classes)) {
      for (int c = 0; c < classes; c++) row[c] = 0.0f;
      continue;
    }
    const float factor = scale * total[i] / sum;
    for (int c = 0; c < classes; c++) row[c] *= factor;
    if (targets.even_sum != 0.0f) {
      for (int c = 0; c < classes; c++) row[c] -= scale * targets.even[c];
    }
    row[labels[i]] -= scale * targets.weight[labels[i]] * share;
  }
  for (int i = 0; i < pixels; i++) normaliser[i] = Log(normaliser[i]);
  float loss = 0.0f;
  for (int i = 0; i < pixels; i++) {
    if (IsClass(labels[i], classes)) loss += total[i] * normaliser[i] - linear[i];
  }
  return loss;
}

// Inputs: logits [..., c], labels int32 [...], settings [1 + c]: the smoothing, then the classes' weights.
// Outputs: the loss, and its gradient by the logits.
void CrossEntropy(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> logits(context, 0);
  Input<int32_t> labels(context, 1);
  Input<float> settings(context, 2);
  if (!context.ok()) return;
  float* loss = context.Output(0, std::vector<int64_t>{});
  float* slope = context.Output(1, logits.shape());
  if (!context.ok()) return;
  const int classes = static_cast<int>(logits.dim(logits.rank() - 1));
  const int64_t pixels = labels.size();
  Targets targets{settings.data() + 1, settings.data()[0], std::vector<float>(classes), 0.0f};
  for (int c = 0; c < classes; c++) {
    targets.even[c] = targets.weight[c] * targets.smoothing / static_cast<float>(classes);
    targets.even_sum += targets.even[c];
  }
  std::vector<int64_t> counts(classes, 0);
  for (int64_t i = 0; i < pixels; i++) {
    if (IsClass(labels.data()[i], classes)) counts[labels.data()[i]]++;
  }
  double weights = 0.0;
  for (int c = 0; c < classes; c++) weights += static_cast<double>(counts[c]) * targets.weight[c];
  const float scale = weights > 0.0 ? static_cast<float>(1.0 / weights) : 0.0f;
  double sum = 0.0;
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    const int64_t at = start * classes;
    sum += Block(logits.data() + at, labels.data() + start, targets, scale, slope + at, count, classes);
  }
  *loss = weights > 0.0 ? static_cast<float>(sum / weights) : 0.0f;
}

const bool registered = RegisterOp("AslCrossEntropy", {"logits: float", "labels: int32", "settings: float"},
                                   {"loss: float", "slope: float"}, CrossEntropy);

}  // namespace
}  // namespace asl

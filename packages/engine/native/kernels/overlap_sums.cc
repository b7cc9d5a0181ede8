// What a prediction and a label have in common, by class, for each part of a batch: in one pass over the logits, and the
// gradient in another. The equal of composedOverlapSums in overlap-sums.ts.
#include <algorithm>
#include <vector>

#include "op_context.h"
#include "softmax.h"
#include "vectorized.h"

namespace asl {
namespace {

// Rows of the sums.
enum Sum { kHits, kPredicted, kLabelled, kSquares, kSums };

// Probabilities and their squares at valid pixels, added up.
ASL_VECTORIZED void AddRows(const float* __restrict p, const int32_t* __restrict labels, float* __restrict predicted,
                            float* __restrict squares, int pixels, int classes) {
  for (int i = 0; i < pixels; i++) {
    if (!IsClass(labels[i], classes)) continue;
    const float* row = p + i * classes;
    for (int c = 0; c < classes; c++) {
      predicted[c] += row[c];
      squares[c] += row[c] * row[c];
    }
  }
}

// The gradient by the probabilities; 0 at invalid pixels.
ASL_VECTORIZED void Slopes(const float* __restrict p, const int32_t* __restrict labels, const float* __restrict d_hits,
                           const float* __restrict d_predicted, const float* __restrict d_squares,
                           float* __restrict dp, int pixels, int classes) {
  for (int i = 0; i < pixels; i++) {
    const float* row = p + i * classes;
    float* out = dp + i * classes;
    if (!IsClass(labels[i], classes)) {
      for (int c = 0; c < classes; c++) out[c] = 0.0f;
      continue;
    }
    for (int c = 0; c < classes; c++) out[c] = d_predicted[c] + 2.0f * row[c] * d_squares[c];
    out[labels[i]] += d_hits[labels[i]];
  }
}

// Inputs: logits [groups, N, c], labels int32 [groups, N]. Outputs: probabilities [groups, N, c], sums [4, groups, c].
void OverlapSums(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> logits(context, 0);
  Input<int32_t> labels(context, 1);
  if (!context.ok()) return;
  const int64_t groups = logits.dim(0);
  const int64_t pixels = logits.dim(1);
  const int classes = static_cast<int>(logits.dim(2));
  float* p = context.Output(0, logits.shape());
  float* sums = context.Output(1, {kSums, groups, classes});
  if (!context.ok()) return;
  std::vector<float> partial(2 * classes);
  std::vector<double> total(kSums * classes);
  for (int64_t group = 0; group < groups; group++) {
    std::fill(total.begin(), total.end(), 0.0);
    for (int64_t start = 0; start < pixels; start += kBlock) {
      const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
      const int64_t at = group * pixels + start;
      const int32_t* label = labels.data() + at;
      float* block = p + at * classes;
      Softmax(logits.data() + at * classes, block, count, classes);
      std::fill(partial.begin(), partial.end(), 0.0f);
      AddRows(block, label, partial.data(), partial.data() + classes, count, classes);
      for (int c = 0; c < classes; c++) {
        total[kPredicted * classes + c] += partial[c];
        total[kSquares * classes + c] += partial[classes + c];
      }
      for (int i = 0; i < count; i++) {
        if (!IsClass(label[i], classes)) continue;
        total[kHits * classes + label[i]] += block[i * classes + label[i]];
        total[kLabelled * classes + label[i]] += 1.0;
      }
    }
    for (int sum = 0; sum < kSums; sum++) {
      for (int c = 0; c < classes; c++) {
        sums[(sum * groups + group) * classes + c] = static_cast<float>(total[sum * classes + c]);
      }
    }
  }
}

// Inputs: probabilities and labels as above, the gradient by the sums. Output: the gradient by the logits.
void OverlapSumsGradient(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> probabilities(context, 0);
  Input<int32_t> labels(context, 1);
  Input<float> d_sums(context, 2);
  if (!context.ok()) return;
  const int64_t groups = probabilities.dim(0);
  const int64_t pixels = probabilities.dim(1);
  const int classes = static_cast<int>(probabilities.dim(2));
  float* dlogits = context.Output(0, probabilities.shape());
  if (!context.ok()) return;
  std::vector<float> dp(kBlock * classes);
  for (int64_t group = 0; group < groups; group++) {
    const auto slope = [&](Sum sum) { return d_sums.data() + (sum * groups + group) * classes; };
    for (int64_t start = 0; start < pixels; start += kBlock) {
      const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
      const int64_t at = group * pixels + start;
      const float* block = probabilities.data() + at * classes;
      Slopes(block, labels.data() + at, slope(kHits), slope(kPredicted), slope(kSquares), dp.data(), count, classes);
      SoftmaxGradient(block, dp.data(), dlogits + at * classes, count, classes);
    }
  }
}

const bool registered =
    RegisterOp("AslOverlapSums", {"logits: float", "labels: int32"}, {"probabilities: float", "sums: float"},
               OverlapSums) &&
    RegisterOp("AslOverlapSumsGrad", {"probabilities: float", "labels: int32", "d_sums: float"}, {"dlogits: float"},
               OverlapSumsGradient);

}  // namespace
}  // namespace asl

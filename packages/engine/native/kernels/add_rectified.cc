// The sum of two branches, and max(0, ...) of it, in one pass over memory. The equal of relu(add(a, b)) in add-branches.ts.
#include "op_context.h"
#include "vectorized.h"

namespace asl {
namespace {

ASL_VECTORIZED void Add(const float* __restrict a, const float* __restrict b, float* __restrict y, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const float sum = a[i] + b[i];
    y[i] = sum < 0.0f ? 0.0f : sum;  // keeps NaN
  }
}

// Inputs: a, b of one shape. Output: y.
void AddRectified(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> a(context, 0);
  Input<float> b(context, 1);
  if (!context.ok()) return;
  float* y = context.Output(0, a.shape());
  if (!context.ok()) return;
  Add(a.data(), b.data(), y, a.size());
}

const bool registered = RegisterOp("AslAddRectified", {"a: float", "b: float"}, {"y: float"}, AddRectified);

}  // namespace
}  // namespace asl

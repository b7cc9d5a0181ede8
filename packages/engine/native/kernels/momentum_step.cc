// One step of gradient descent with momentum for all parameters at once. The equal of composedMomentumStep in
// momentum-step.ts.
#include <cstdint>
#include <vector>

#include "lanes.h"
#include "op_context.h"
#include "vectorized.h"

namespace asl {
namespace {

// v' = momentum v + gradient + decay w, w' = w - rate v'. Returns the sum of w'.
ASL_VECTORIZED float Step(const float* __restrict w, const float* __restrict v, const float* __restrict gradient,
                          float momentum, float decay, float rate, float* __restrict new_w, float* __restrict new_v,
                          int64_t n) {
  constexpr int kTogether = 4;
  constexpr int64_t kBlock = kTogether * kLanes;
  // Several sums in turn: a single one would wait for itself at every value.
  Lanes sums[kTogether] = {};
  int64_t i = 0;
  for (; i + kBlock <= n; i += kBlock)
    for (int part = 0; part < kTogether; part++) {
      const int64_t at = i + part * kLanes;
      const Lanes old = Load(w + at);
      const Lanes velocity = momentum * Load(v + at) + Load(gradient + at) + decay * old;
      const Lanes weight = old - rate * velocity;
      Store(velocity, new_v + at);
      Store(weight, new_w + at);
      sums[part] += weight;
    }
  float sum = 0.0f;
  for (; i < n; i++) {
    const float velocity = momentum * v[i] + gradient[i] + decay * w[i];
    new_v[i] = velocity;
    new_w[i] = w[i] - rate * velocity;
    sum += new_w[i];
  }
  for (const Lanes& part : sums)
    for (int lane = 0; lane < kLanes; lane++) sum += part[lane];
  return sum;
}

// Inputs: N weights, N velocities, N gradients; settings [1 + 2N]: the momentum, then decay and rate of each.
// Outputs: N weights, N velocities, the sum of all weights.
void MomentumStep(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  const int count = (TF_NumInputs(raw) - 1) / 3;
  Input<float> settings(context, 3 * count);
  if (!context.ok()) return;
  double total = 0.0;
  for (int k = 0; k < count; k++) {
    Input<float> w(context, k);
    Input<float> v(context, count + k);
    Input<float> gradient(context, 2 * count + k);
    if (!context.ok()) return;
    float* new_w = context.Output(k, w.shape());
    float* new_v = context.Output(count + k, w.shape());
    if (!context.ok()) return;
    const float* own = settings.data() + 1 + 2 * k;
    total += Step(w.data(), v.data(), gradient.data(), settings.data()[0], own[0], own[1], new_w, new_v, w.size());
  }
  float* sum = context.Output(2 * count, std::vector<int64_t>{});
  if (!context.ok()) return;
  *sum = static_cast<float>(total);
}

const bool registered =
    RegisterOp("AslMomentumStep", {"weights: N * float", "velocities: N * float", "gradients: N * float", "settings: float"},
               {"new_weights: N * float", "new_velocities: N * float", "total: float"}, MomentumStep, {"N: int"});

}  // namespace
}  // namespace asl

#include "softmax_planes.h"

#include <algorithm>
#include <cstring>

#include "elementary.h"
#include "softmax.h"

namespace asl {
namespace {

// A whole block, of which fewer pixels may be meant: [classes, kBlock], in the first-level cache.
ASL_VECTORIZED void SoftmaxBlock(float* __restrict p, int classes) {
  float top[kBlock], sum[kBlock];
  for (int i = 0; i < kBlock; i++) top[i] = p[i];
  for (int c = 1; c < classes; c++) {
    const float* row = p + c * kBlock;
    for (int i = 0; i < kBlock; i++) top[i] = row[i] > top[i] ? row[i] : top[i];
  }
  for (int i = 0; i < kBlock; i++) sum[i] = 0.0f;
  for (int c = 0; c < classes; c++) {
    float* row = p + c * kBlock;
    for (int i = 0; i < kBlock; i++) {
      row[i] = ExpNegative(row[i] - top[i]);
      sum[i] += row[i];
    }
  }
  for (int i = 0; i < kBlock; i++) sum[i] = 1.0f / sum[i];
  for (int c = 0; c < classes; c++) {
    float* row = p + c * kBlock;
    for (int i = 0; i < kBlock; i++) row[i] *= sum[i];
  }
}

ASL_VECTORIZED void AddProducts(const float* __restrict a, const float* __restrict b, float* __restrict sum, int n) {
  for (int i = 0; i < n; i++) sum[i] += a[i] * b[i];
}

ASL_VECTORIZED void Slopes(const float* __restrict p, const float* __restrict dp, const float* __restrict dot,
                           float* __restrict slope, int n) {
  for (int i = 0; i < n; i++) slope[i] = p[i] * (dp[i] - dot[i]);
}

}  // namespace

SoftmaxPlanes::SoftmaxPlanes(int classes) : classes_(classes), block_(static_cast<size_t>(classes) * kBlock, 0.0f) {}

void SoftmaxPlanes::Forward(const float* logits, float* p, int64_t stride, int64_t pixels) {
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    const float* rows = logits + start * classes_;
    for (int c = 0; c < classes_; c++) {
      for (int i = 0; i < count; i++) block_[c * kBlock + i] = rows[i * classes_ + c];
    }
    SoftmaxBlock(block_.data(), classes_);
    for (int c = 0; c < classes_; c++) {
      std::memcpy(p + c * stride + start, block_.data() + c * kBlock, count * sizeof(float));
    }
  }
}

void SoftmaxPlanes::Backward(const float* p, const float* dp, int64_t stride, float* dlogits, int64_t pixels) {
  float dot[kBlock];
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
    std::fill(dot, dot + kBlock, 0.0f);
    for (int c = 0; c < classes_; c++) AddProducts(p + c * stride + start, dp + c * stride + start, dot, count);
    for (int c = 0; c < classes_; c++) {
      Slopes(p + c * stride + start, dp + c * stride + start, dot, block_.data() + c * kBlock, count);
    }
    float* rows = dlogits + start * classes_;
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < classes_; c++) rows[i * classes_ + c] = block_[c * kBlock + i];
    }
  }
}

}  // namespace asl

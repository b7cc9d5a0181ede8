// The Lovasz extension of 1 - Jaccard of softmax probabilities, with its gradient by the logits. The equal of the plain
// arrays in the lovasz plugin, where the algorithm is explained.
#include <algorithm>
#include <cmath>
#include <vector>

#include "elementary.h"
#include "op_context.h"
#include "softmax.h"

namespace asl {
namespace {

constexpr int kBits = 11;
constexpr uint32_t kBuckets = 1u << kBits;
constexpr uint32_t kLast = kBuckets - 1;

// An error, and twice its pixel, plus 1 if that is of the class.
struct Entry {
  uint32_t bits;
  uint32_t tag;
};

// Sorts errors, largest first: floats of 0 or above rise with their bits. Three passes of 11 bits.
class DescendingSort {
 public:
  explicit DescendingSort(int64_t capacity) : entries(capacity), other_(capacity) {}

  void Sort(int64_t count) {
    uint32_t places[3][kBuckets] = {};
    for (int64_t i = 0; i < count; i++) {
      const uint32_t key = ~entries[i].bits;
      places[0][key & kLast]++;
      places[1][(key >> kBits) & kLast]++;
      places[2][key >> (2 * kBits)]++;
    }
    for (auto& pass : places) {
      uint32_t place = 0;
      for (uint32_t& bucket : pass) {
        const uint32_t size = bucket;
        bucket = place;
        place += size;
      }
    }
    for (int pass = 0; pass < 3; pass++) {
      const int shift = pass * kBits;
      for (int64_t i = 0; i < count; i++) other_[places[pass][(~entries[i].bits >> shift) & kLast]++] = entries[i];
      entries.swap(other_);
    }
  }

  std::vector<Entry> entries;

 private:
  std::vector<Entry> other_;
};

// The least error that matters: that of the class's best pixel, and of an absent class the largest one.
float LeastError(const float* p, const int32_t* labels, int64_t pixels, int k, int classes) {
  float best = 2.0f;
  float largest = 0.0f;
  for (int64_t i = 0; i < pixels; i++) {
    if (labels[i] == k) {
      best = std::min(best, 1.0f - p[i]);
    } else if (IsClass(labels[i], classes)) {
      largest = std::max(largest, p[i]);
    }
  }
  return best > 1.0f ? largest : std::max(best, 0.0f);
}

// The extension for class k; growth gets the slopes by p, times share.
double Extension(const float* p, const int32_t* labels, int64_t pixels, int k, int classes, int64_t truth, double share,
                 DescendingSort& sort, float* growth) {
  const float least = LeastError(p, labels, pixels, k, classes);
  int64_t count = 0;
  for (int64_t i = 0; i < pixels; i++) {
    const bool own = labels[i] == k;
    const float error = own ? std::max(0.0f, 1.0f - p[i]) : p[i];
    sort.entries[count] = {BitCast<uint32_t>(error), static_cast<uint32_t>(2 * i + own)};
    count += error >= least && IsClass(labels[i], classes);
  }
  sort.Sort(count);
  double hits = static_cast<double>(truth);
  double all = hits;
  double before = 0.0;
  double sum = 0.0;
  for (int64_t rank = 0; rank < count; rank++) {
    const Entry entry = sort.entries[rank];
    const bool own = (entry.tag & 1) != 0;
    if (own) {
      hits -= 1.0;
    } else {
      all += 1.0;
    }
    const double jaccard = 1.0 - hits / all;
    const double step = jaccard - before;
    before = jaccard;
    sum += BitCast<float>(entry.bits) * step;
    growth[entry.tag >> 1] = static_cast<float>(own ? -share * step : share * step);
  }
  return sum;
}

// Inputs: logits [groups, N, c], labels int32 [groups, N], settings float [1]: whether absent classes count.
// Outputs: the loss, and its gradient by the logits.
void Lovasz(void*, TF_OpKernelContext* raw) {
  OpContext context(raw);
  Input<float> logits(context, 0);
  Input<int32_t> labels(context, 1);
  Input<float> settings(context, 2);
  if (!context.ok()) return;
  const int64_t groups = logits.dim(0);
  const int64_t pixels = logits.dim(1);
  const int classes = static_cast<int>(logits.dim(2));
  const bool absent = settings.data()[0] != 0.0f;
  float* loss = context.Output(0, std::vector<int64_t>{});
  float* slope = context.Output(1, logits.shape());
  if (!context.ok()) return;

  std::vector<std::vector<int64_t>> counts(groups, std::vector<int64_t>(classes, 0));
  std::vector<int> counted(groups, 0);
  int parts = 0;
  for (int64_t group = 0; group < groups; group++) {
    int64_t valid = 0;
    for (int64_t i = group * pixels; i < (group + 1) * pixels; i++) {
      if (!IsClass(labels.data()[i], classes)) continue;
      counts[group][labels.data()[i]]++;
      valid++;
    }
    for (int64_t count : counts[group]) counted[group] += valid > 0 && (absent || count > 0);
    parts += valid > 0;
  }

  // Class after class: the sort goes through each class's probabilities on their own.
  std::vector<float> p(pixels * classes);
  std::vector<float> growth(pixels * classes);
  std::vector<float> block(kBlock * classes), dp(kBlock * classes);
  DescendingSort sort(pixels + 1);
  double total = 0.0;
  for (int64_t group = 0; group < groups; group++) {
    const float* rows = logits.data() + group * pixels * classes;
    float* out = slope + group * pixels * classes;
    const int32_t* label = labels.data() + group * pixels;
    if (counted[group] == 0) {
      std::fill(out, out + pixels * classes, 0.0f);
      continue;
    }
    for (int64_t start = 0; start < pixels; start += kBlock) {
      const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
      Softmax(rows + start * classes, block.data(), count, classes);
      for (int c = 0; c < classes; c++) {
        for (int i = 0; i < count; i++) p[c * pixels + start + i] = block[i * classes + c];
      }
    }
    std::fill(growth.begin(), growth.end(), 0.0f);
    const double share = 1.0 / (static_cast<double>(counted[group]) * parts);
    for (int c = 0; c < classes; c++) {
      if (!absent && counts[group][c] == 0) continue;
      total += share * Extension(p.data() + c * pixels, label, pixels, c, classes, counts[group][c], share, sort,
                                 growth.data() + c * pixels);
    }
    for (int64_t start = 0; start < pixels; start += kBlock) {
      const int count = static_cast<int>(std::min<int64_t>(kBlock, pixels - start));
      for (int c = 0; c < classes; c++) {
        for (int i = 0; i < count; i++) {
          block[i * classes + c] = p[c * pixels + start + i];
          dp[i * classes + c] = growth[c * pixels + start + i];
        }
      }
      SoftmaxGradient(block.data(), dp.data(), out + start * classes, count, classes);
    }
  }
  *loss = static_cast<float>(total);
}

const bool registered = RegisterOp("AslLovasz", {"logits: float", "labels: int32", "settings: float"},
                                   {"loss: float", "slope: float"}, Lovasz);

}  // namespace
}  // namespace asl

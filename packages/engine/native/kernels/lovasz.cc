// The Lovasz extension of 1 - Jaccard of softmax probabilities, with its gradient by the logits. The equal of the plain
// arrays in the lovasz plugin, where the algorithm is explained.
#include <algorithm>
#include <cmath>
#include <vector>

#include "elementary.h"
#include "op_context.h"
#include "softmax.h"
#include "softmax_planes.h"
#include "vectorized.h"

namespace asl {
namespace {

constexpr int kMostBits = 13;
constexpr int kMostPasses = 4;

// No error is larger: softmax sums to 1, but for what is rounded.
constexpr float kMostError = 1.0f + 0x1p-10f;

// How far an error is below the largest one, as the bits of floats count, and twice its pixel, plus 1 if that is of the
// class.
struct Entry {
  uint32_t key;
  uint32_t tag;
};

// Sorts entries, the smallest key first; equal ones stay in their order. As few passes as the keys' bits allow, but with no
// more buckets than there is to sort.
class Sort {
 public:
  Sort(Entry* entries, Entry* other) : entries(entries), other_(other), places_(kMostPasses << kMostBits) {}

  // The result lies in entries.
  void Run(int64_t count, uint32_t largest) {
    int bits = 1;
    while (bits < 32 && (largest >> bits) != 0) bits++;
    const int most = count > 40000 ? kMostBits : count > 4000 ? 11 : 8;
    const int passes = (bits + most - 1) / most;
    const int width = (bits + passes - 1) / passes;
    const uint32_t last = (1u << width) - 1;
    std::fill(places_.begin(), places_.begin() + (static_cast<int64_t>(passes) << width), 0);
    for (int pass = 0; pass < passes; pass++) Count(count, pass * width, last, places_.data() + (pass << width));
    for (int pass = 0; pass < passes; pass++) {
      uint32_t* places = places_.data() + (pass << width);
      uint32_t place = 0;
      for (uint32_t bucket = 0; bucket <= last; bucket++) {
        const uint32_t size = places[bucket];
        places[bucket] = place;
        place += size;
      }
      const int shift = pass * width;
      for (int64_t i = 0; i < count; i++) other_[places[(entries[i].key >> shift) & last]++] = entries[i];
      std::swap(entries, other_);
    }
  }

  Entry* entries;

 private:
  void Count(int64_t count, int shift, uint32_t last, uint32_t* places) const {
    for (int64_t i = 0; i < count; i++) places[(entries[i].key >> shift) & last]++;
  }

  Entry* other_;
  std::vector<uint32_t> places_;
};

// Errors that are looked at together.
constexpr int kErrors = 512;

// The errors of pixels for class k, -1 of those that are ignored.
ASL_VECTORIZED void Errors(const float* __restrict p, const int32_t* __restrict labels, int32_t k, int32_t classes,
                           float* __restrict errors, int n) {
  for (int i = 0; i < n; i++) {
    // Rounding may leave a probability above 1.
    const float rest = 1.0f - p[i];
    const float error = labels[i] == k ? (rest > 0.0f ? rest : 0.0f) : p[i];
    const bool valid = (labels[i] >= 0) & (labels[i] < classes);
    errors[i] = valid ? error : -1.0f;
  }
}

// Those of them that are not too small become entries. @returns how many.
int64_t Select(const float* errors, const int32_t* labels, int32_t k, float least, uint32_t top, int64_t pixel,
               Entry* entries, int n) {
  int64_t count = 0;
  for (int i = 0; i < n; i++) {
    entries[count] = {top - BitCast<uint32_t>(errors[i]),
                      static_cast<uint32_t>(2 * (pixel + i)) + static_cast<uint32_t>(labels[i] == k)};
    count += errors[i] >= least;
  }
  return count;
}

// One class of one group.
struct Part {
  const float* p;         // [pixels], of the class
  const int32_t* labels;  // [pixels]
  int64_t pixels;
  int32_t k;
  int classes;
  int64_t truth;    // pixels of the class
  float least;      // the least error that matters
};

// The extension; growth gets the slopes by p, times share.
double Extension(const Part& part, double share, Sort& sort, float* growth) {
  const uint32_t top = BitCast<uint32_t>(kMostError);
  float errors[kErrors];
  int64_t count = 0;
  for (int64_t start = 0; start < part.pixels; start += kErrors) {
    const int n = static_cast<int>(std::min<int64_t>(kErrors, part.pixels - start));
    const int32_t* labels = part.labels + start;
    Errors(part.p + start, labels, part.k, part.classes, errors, n);
    count += Select(errors, labels, part.k, part.least, top, start, sort.entries + count, n);
  }
  sort.Run(count, top - BitCast<uint32_t>(part.least));
  std::fill(growth, growth + part.pixels, 0.0f);
  double hits = static_cast<double>(part.truth);
  double all = hits;
  double before = 0.0;
  double sum = 0.0;
  for (int64_t rank = 0; rank < count; rank++) {
    const Entry entry = sort.entries[rank];
    const bool own = (entry.tag & 1) != 0;
    hits -= own ? 1.0 : 0.0;
    all += own ? 0.0 : 1.0;
    const double jaccard = 1.0 - hits / all;
    const double step = jaccard - before;
    before = jaccard;
    sum += BitCast<float>(top - entry.key) * step;
    growth[entry.tag >> 1] = static_cast<float>((own ? -share : share) * step);
  }
  return sum;
}

// Of an absent class only the largest error matters.
float LargestValid(const float* p, const int32_t* labels, int64_t pixels, int classes) {
  float largest = 0.0f;
  for (int64_t i = 0; i < pixels; i++) largest = IsClass(labels[i], classes) ? std::max(largest, p[i]) : largest;
  return largest;
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
  const int64_t stride = SoftmaxPlanes::Stride(pixels);
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
  float* p = context.Scratch<float>(stride * classes);
  float* growth = context.Scratch<float>(stride * classes);
  Entry* entries = context.Scratch<Entry>(pixels + 1);
  Entry* other = context.Scratch<Entry>(pixels + 1);
  if (!context.ok()) return;
  Sort sort(entries, other);
  SoftmaxPlanes softmax(classes);
  std::vector<float> best(classes);
  double total = 0.0;
  for (int64_t group = 0; group < groups; group++) {
    const int64_t at = group * pixels * classes;
    const int32_t* label = labels.data() + group * pixels;
    if (counted[group] == 0) {
      std::fill(slope + at, slope + at + pixels * classes, 0.0f);
      continue;
    }
    softmax.Forward(logits.data() + at, p, stride, pixels);
    // Once all of the class's own pixels are wrong, the Jaccard loss is 1 and grows no more: pixels that are less wrong
    // than its best one change nothing.
    std::fill(best.begin(), best.end(), 1.0f);
    for (int64_t i = 0; i < pixels; i++) {
      if (!IsClass(label[i], classes)) continue;
      const float error = 1.0f - p[label[i] * stride + i];
      best[label[i]] = std::min(best[label[i]], error);
      if (std::isnan(error)) total = error;  // which no order of errors would show
    }
    const double share = 1.0 / (static_cast<double>(counted[group]) * parts);
    for (int c = 0; c < classes; c++) {
      float* slopes = growth + c * stride;
      const int64_t truth = counts[group][c];
      if (!absent && truth == 0) {
        std::fill(slopes, slopes + pixels, 0.0f);
        continue;
      }
      const float* own = p + c * stride;
      const float least = truth > 0 ? std::max(best[c], 0.0f) : LargestValid(own, label, pixels, classes);
      const Part part{own, label, pixels, c, classes, truth, least};
      total += share * Extension(part, share, sort, slopes);
    }
    softmax.Backward(p, growth, stride, slope + at, pixels);
  }
  *loss = static_cast<float>(total);
}

const bool registered = RegisterOp("AslLovasz", {"logits: float", "labels: int32", "settings: float"},
                                   {"loss: float", "slope: float"}, Lovasz);

}  // namespace
}  // namespace asl

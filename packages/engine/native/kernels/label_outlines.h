// Outlines of labels, and what is near them, exactly.
#ifndef ASL_LABEL_OUTLINES_H_
#define ASL_LABEL_OUTLINES_H_

#include <cstdint>
#include <vector>

namespace asl {

struct ImageSize {
  int64_t h;
  int64_t w;
  int64_t pixels() const { return h * w; }
};

// Whether a pixel of a class has one of another label, or an ignored one, among its eight neighbours. Outside is none.
void LabelEdges(const int32_t* labels, ImageSize size, int classes, uint8_t* edges);

// Bytes [h, w, count], each united with those of the same index at most `tolerance` rows and columns away.
class NearBytes {
 public:
  NearBytes(ImageSize size, int64_t count, int64_t tolerance);

  // All bytes 0, to be set by rows.
  void Clear();
  uint8_t* Row(int64_t y) { return bytes_.data() + (y + reach_y_) * wide_ + reach_x_ * count_; }

  // Afterwards rows are read by Near, until they are cleared.
  void Dilate();
  const uint8_t* Near(int64_t y) const { return bytes_.data() + y * wide_; }

 private:
  ImageSize size_;
  int64_t count_;
  int64_t reach_y_, reach_x_;
  int64_t wide_;
  std::vector<uint8_t> bytes_;  // with a margin as wide as a window reaches
};

}  // namespace asl

#endif  // ASL_LABEL_OUTLINES_H_

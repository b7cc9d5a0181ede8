// Outlines of labels, exactly: bits in words at each pixel.
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

// Each word becomes the union of those at most `tolerance` rows and columns away; words [h, w, count], of 8 or 64 bits.
template <typename Word>
void DilateWords(std::vector<Word>& words, ImageSize size, int64_t count, int64_t tolerance);

}  // namespace asl

#endif  // ASL_LABEL_OUTLINES_H_

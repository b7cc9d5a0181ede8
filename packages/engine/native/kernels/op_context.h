// What an op of ours needs of TensorFlow's C API.
#ifndef ASL_OP_CONTEXT_H_
#define ASL_OP_CONTEXT_H_

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

namespace asl {

// A running op: its outputs, and whether something went wrong, which then has been reported.
class OpContext {
 public:
  explicit OpContext(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~OpContext() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  OpContext(const OpContext&) = delete;
  OpContext& operator=(const OpContext&) = delete;

  bool ok() const { return TF_GetCode(status_) == TF_OK; }

  TF_Tensor* InputTensor(int index) {
    if (!ok()) return nullptr;
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    return Keep(tensor);
  }

  // Memory of a float output of this shape.
  float* Output(int index, std::initializer_list<int64_t> shape) {
    return Output(index, std::vector<int64_t>(shape));
  }

  float* Output(int index, const std::vector<int64_t>& shape) {
    return static_cast<float*>(Allocate(index, TF_FLOAT, sizeof(float), shape));
  }

  // Memory for as long as the op runs, out of the pool that outputs come from: what the system hands out anew costs more to
  // map than to fill.
  template <typename T>
  T* Scratch(int64_t count) {
    if (!ok()) return nullptr;
    const int64_t bytes = count * static_cast<int64_t>(sizeof(T));
    TF_AllocatorAttributes attributes{TF_ALLOCATOR_ATTRIBUTES_STRUCT_SIZE, 1};
    TF_Tensor* tensor = TF_AllocateTemp(context_, TF_UINT8, &bytes, 1, &attributes, status_);
    return Keep(tensor) == nullptr ? nullptr : static_cast<T*>(TF_TensorData(tensor));
  }

  // The same of an int32 output.
  int32_t* OutputInt32(int index, const std::vector<int64_t>& shape) {
    return static_cast<int32_t*>(Allocate(index, TF_INT32, sizeof(int32_t), shape));
  }

 private:
  void* Allocate(int index, TF_DataType type, int64_t bytes, const std::vector<int64_t>& shape) {
    if (!ok()) return nullptr;
    for (int64_t side : shape) bytes *= side;
    TF_Tensor* tensor =
        TF_AllocateOutput(context_, index, type, shape.data(), static_cast<int>(shape.size()), bytes, status_);
    return Keep(tensor) == nullptr ? nullptr : TF_TensorData(tensor);
  }

  TF_Tensor* Keep(TF_Tensor* tensor) {
    if (tensor != nullptr) tensors_.push_back(tensor);
    if (!ok()) TF_OpKernelContext_Failure(context_, status_);
    return tensor;
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
};

// An op's input of a known type.
template <typename T>
class Input {
 public:
  Input(OpContext& context, int index) : tensor_(context.InputTensor(index)) {}
  const T* data() const { return static_cast<const T*>(TF_TensorData(tensor_)); }
  int64_t dim(int axis) const { return TF_Dim(tensor_, axis); }
  int rank() const { return TF_NumDims(tensor_); }
  std::vector<int64_t> shape() const {
    std::vector<int64_t> sides(rank());
    for (int axis = 0; axis < rank(); axis++) sides[axis] = dim(axis);
    return sides;
  }
  int64_t size() const { return TF_TensorElementCount(tensor_); }

 private:
  TF_Tensor* tensor_;
};

// Adds an op with a kernel for the processor to TensorFlow's registry; call it while the addon loads.
bool RegisterOp(const char* name, std::initializer_list<const char*> inputs, std::initializer_list<const char*> outputs,
                void (*compute)(void*, TF_OpKernelContext*), std::initializer_list<const char*> attributes = {});

}  // namespace asl

#endif  // ASL_OP_CONTEXT_H_

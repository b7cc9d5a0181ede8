// The Node addon that brings our ops to TensorFlow's registry, from where tfjs's binding runs them by name.
#include <dlfcn.h>
#include <node_api.h>

#include <cstdlib>

#include "tensorflow/c/c_api.h"

namespace {

// Abseil's log level, by the name it has in this one release of the library; without it, it only gets noisier.
void SetLogLevel() {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level == nullptr) return;
  void* symbol = dlsym(RTLD_DEFAULT, "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE");
  if (symbol != nullptr) reinterpret_cast<void (*)(int)>(symbol)(std::atoi(level));
}

napi_value Init(napi_env, napi_value exports) {
  SetLogLevel();
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)

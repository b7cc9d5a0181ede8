// A Node addon that switches standard error off and on again. TensorFlow's libraries write to it while they are being
// loaded, before they look at TF_CPP_MIN_LOG_LEVEL; nothing of ours can run between. It must not link to them itself.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdio>

namespace {

int kept = -1;

napi_value Silence(napi_env, napi_callback_info) {
  if (kept >= 0) return nullptr;
  std::fflush(stderr);
  const int null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null_device < 0) return nullptr;
  kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (kept >= 0) dup2(null_device, STDERR_FILENO);
  close(null_device);
  return nullptr;
}

napi_value Restore(napi_env, napi_callback_info) {
  if (kept < 0) return nullptr;
  std::fflush(stderr);
  dup2(kept, STDERR_FILENO);
  close(kept);
  kept = -1;
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "silence", NAPI_AUTO_LENGTH, Silence, nullptr, &function);
  napi_set_named_property(env, exports, "silence", function);
  napi_create_function(env, "restore", NAPI_AUTO_LENGTH, Restore, nullptr, &function);
  napi_set_named_property(env, exports, "restore", function);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)

// Work in parts that do not depend on each other, on as many threads as TensorFlow was given.
#ifndef ASL_PARALLEL_H_
#define ASL_PARALLEL_H_

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <vector>

namespace asl {

// How many threads `parts` parts are worked on by.
inline int Workers(int parts) {
  static const int threads = [] {
    const char* wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
    return std::max(1, wanted == nullptr ? 1 : std::atoi(wanted));
  }();
  return std::max(1, std::min(parts, threads));
}

// Runs f(worker, part) for each part, in any order. Worker numbers tell those apart that run at the same time.
template <typename F>
void Parallel(int parts, const F& f) {
  const int workers = Workers(parts);
  std::atomic<int> next{0};
  const auto work = [&](int worker) {
    for (int part = next++; part < parts; part = next++) f(worker, part);
  };
  std::vector<std::thread> others;
  try {
    for (int worker = 1; worker < workers; worker++) others.emplace_back(work, worker);
  } catch (const std::system_error&) {
    // No more threads are to be had: those that are there do the work.
  }
  work(0);
  for (std::thread& other : others) other.join();
}

}  // namespace asl

#endif  // ASL_PARALLEL_H_

// The access log: one JSON line an exchange. Workers put lines together in buffers of their own and hand them
// over a few times a second; a thread of its own writes them, so that a slow disk delays no request. What the
// queue cannot hold is dropped and counted.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "proxy/exchange.h"
#include "routing/result.h"

namespace sluice {

class AccessLog {
 public:
  // `path`: a file, appended to, or "stdout".
  [[nodiscard]] static Result<std::unique_ptr<AccessLog>, std::string> open(const std::string& path);
  ~AccessLog();  // writes what is queued

  // Takes whole lines. Any thread; never waits for the disk.
  void submit(std::string lines, std::uint64_t count);
  // Opens the file anew, after it was renamed (SIGUSR1).
  void reopen();
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  explicit AccessLog(std::string path, int fd);
  void run();

  static constexpr std::size_t most_queued = 16 * 1024 * 1024;  // bytes

  std::string path_;
  int fd_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::string> queue_;
  std::size_t queued_ = 0;
  bool reopen_ = false;
  bool stop_ = false;
  std::atomic<std::uint64_t> dropped_{0};
  std::thread thread_;
};

// A worker's part of the log.
class AccessLogBuffer {
 public:
  explicit AccessLogBuffer(AccessLog& log) : log_(log) {}
  ~AccessLogBuffer() { flush(); }

  void append(const Exchange& exchange);
  void flush();

 private:
  static constexpr std::size_t full = 64 * 1024;

  AccessLog& log_;
  std::string lines_;
  std::uint64_t count_ = 0;
};

// The line of one exchange, newline included.
void append_json_line(std::string& to, const Exchange& exchange, std::chrono::system_clock::time_point now);

}  // namespace sluice

#include "proxy/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace sluice {
namespace {

int open_file(const std::string& path) noexcept {
  if (path == "stdout") return ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

bool write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::uint64_t lines_in(std::string_view text) noexcept {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

Result<std::unique_ptr<AccessLog>, std::string> AccessLog::open(const std::string& path) {
  const int fd = open_file(path);
  if (fd < 0) return failure("access_log: cannot open " + path + ": " + std::strerror(errno));
  return std::unique_ptr<AccessLog>(new AccessLog(path, fd));
}

AccessLog::AccessLog(std::string path, int fd)
    : path_(std::move(path)), fd_(fd), thread_([this] { run(); }) {}

AccessLog::~AccessLog() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
  ::close(fd_);
}

void AccessLog::submit(std::string lines, std::uint64_t count) {
  {
    std::lock_guard lock(mutex_);
    if (queued_ + lines.size() > most_queued) {
      dropped_.fetch_add(count, std::memory_order_relaxed);
      return;
    }
    queued_ += lines.size();
    queue_.push_back(std::move(lines));
  }
  wake_.notify_one();
}

void AccessLog::reopen() {
  {
    std::lock_guard lock(mutex_);
    reopen_ = true;
  }
  wake_.notify_one();
}

void AccessLog::run() {
  std::vector<std::string> batch;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stop_ || reopen_ || !queue_.empty(); });
    batch.swap(queue_);
    const bool reopen = std::exchange(reopen_, false);
    const bool last = stop_;
    lock.unlock();
    // What was queued before the rename was asked for belongs to the old file.
    for (const auto& lines : batch)
      if (!write_all(fd_, lines)) dropped_.fetch_add(lines_in(lines), std::memory_order_relaxed);
    if (reopen) {
      if (const int fd = open_file(path_); fd >= 0) ::close(std::exchange(fd_, fd));
    }
    lock.lock();
    for (const auto& lines : batch) queued_ -= lines.size();
    batch.clear();
    if (last && queue_.empty()) return;
  }
}

void AccessLogBuffer::append(const Exchange& exchange) {
  append_json_line(lines_, exchange, std::chrono::system_clock::now());
  ++count_;
  if (lines_.size() >= full) flush();
}

void AccessLogBuffer::flush() {
  if (count_ == 0) return;
  std::string next;
  next.reserve(full + full / 8);
  log_.submit(std::exchange(lines_, std::move(next)), std::exchange(count_, 0));
}

}  // namespace sluice

// A place where one coroutine waits for one event of its own thread, and is resumed with what happened. It
// costs no allocation beyond the awaiting frame, no timer and no queue: Descriptor and the relay are built on
// it.
#pragma once

#include <optional>

#include "proxy/awaitable.h"

namespace sluice {

enum class Wake { ready, timed_out, cancelled };

class Wakeup {
 public:
  // Suspends until notify(). One waiter at a time.
  [[nodiscard]] Awaitable<Wake> wait() {
    return asio::async_initiate<const asio::use_awaitable_t<Executor>, void(Wake)>(
        [this](Resume resume) { resume_.emplace(std::move(resume)); }, use_awaitable);
  }

  [[nodiscard]] bool awaited() const noexcept { return resume_.has_value(); }

  // Resumes the waiter, if there is one, before it returns: the caller must not touch what the waiter may
  // destroy.
  void notify(Wake why) {
    if (!resume_) return;
    auto resume = std::move(*resume_);
    resume_.reset();
    std::move(resume)(why);
  }

 private:
  using Resume = asio::async_result<asio::use_awaitable_t<Executor>, void(Wake)>::handler_type;
  std::optional<Resume> resume_;
};

}  // namespace sluice

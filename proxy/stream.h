// One connection's bytes, plain or TLS. Reading and writing are attempts that never block and say what they
// wait for; a coroutine waits and tries again. Everything above is the same code for every kind of stream.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "proxy/deadline.h"
#include "proxy/descriptor.h"

namespace sluice {

enum class IoStatus : std::uint8_t {
  ok,
  want_read,   // try again once readable
  want_write,  // try again once writable
  eof,         // the peer has said that it will send no more (FIN; with TLS close_notify)
  failed,      // reset, a TLS error, a FIN in the middle of TLS
  timed_out,   // the stream's deadline passed
  cancelled,   // the stream was interrupted
};

struct IoResult {
  IoStatus status = IoStatus::ok;
  std::size_t bytes = 0;
};

class Stream : public Deadline {
 public:
  Stream(asio::io_context& io, DeadlineWheel& wheel, int fd) : Deadline(wheel), descriptor_(io, fd) {}
  virtual ~Stream() = default;

  virtual IoResult try_read(std::span<char> into) = 0;
  // Writes a prefix of the pieces. After want_* the same bytes must come again (they may have moved).
  virtual IoResult try_write(std::span<const iovec> pieces) = 0;
  // Says that no more will be sent (TLS: close_notify first). The reading side stays open.
  virtual void shut_write() noexcept;

  // Reads at least one byte, waiting for it.
  [[nodiscard]] Awaitable<IoResult> read_some(std::span<char> into);
  // Writes everything; `pieces` is used up.
  [[nodiscard]] Awaitable<IoResult> write_all(std::span<iovec> pieces);

  // Waits for what an attempt wants. `ok`: try again.
  [[nodiscard]] Awaitable<IoStatus> wait(IoStatus wanted);

  // Waits until there is something to read or the peer has ended, holding no buffer. Looks first.
  [[nodiscard]] Awaitable<IoStatus> wait_readable();
  // Where a message of the peer is due to begin there is no need to look first: if the last read left
  // nothing, edge() waits for what comes next. A FIN that came together with what was read last is not
  // noticed.
  [[nodiscard]] bool must_wait() const noexcept {
    return descriptor_.is_drained() && descriptor_.interrupted() == Wake::ready && !has_pending();
  }
  [[nodiscard]] Awaitable<Wake> edge() { return descriptor_.wait(Direction::read); }
  // Bytes may be there to be read without the descriptor being readable (TLS holds some back).
  [[nodiscard]] virtual bool has_pending() const noexcept { return false; }

  // Ends what is awaited now and what will be until rearm().
  void interrupt(Wake why) { descriptor_.interrupt(why); }
  void rearm() noexcept { descriptor_.rearm(); }

  [[nodiscard]] Descriptor& descriptor() noexcept { return descriptor_; }
  [[nodiscard]] int fd() const noexcept { return descriptor_.fd(); }

 protected:
  void on_deadline() override { interrupt(Wake::timed_out); }

  Descriptor descriptor_;
};

class PlainStream : public Stream {
 public:
  using Stream::Stream;
  IoResult try_read(std::span<char> into) override;
  IoResult try_write(std::span<const iovec> pieces) override;
};

// The attempt has to be made again, once the stream is ready for it.
[[nodiscard]] inline bool needs_more(IoStatus status) noexcept {
  return status == IoStatus::want_read || status == IoStatus::want_write;
}

// Drops the first `bytes` of the pieces; what is left.
[[nodiscard]] std::span<iovec> advance(std::span<iovec> pieces, std::size_t bytes) noexcept;

}  // namespace sluice

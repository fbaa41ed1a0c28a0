// One end of a tunnel: bytes come from it and go to it until both have ended, whatever carries them.
#pragma once

#include "proxy/body.h"
#include "proxy/buffer.h"
#include "proxy/stream.h"

namespace sluice {

class TunnelEnd {
 public:
  virtual ~TunnelEnd() = default;

  // What comes next; `end` if nothing follows. Valid until the next read.
  [[nodiscard]] virtual Awaitable<BodyStatus> read(BodyPart& part) = 0;
  [[nodiscard]] virtual Awaitable<IoStatus> write(const BodyPart& part) = 0;
  // What is awaited ends with a time-out after `delay`.
  virtual void expires_after(Clock::duration delay) = 0;
  // Ends what is awaited; nothing can be read or written any more.
  virtual void break_off() = 0;
};

// A connection of its own, after a 101.
class StreamEnd final : public TunnelEnd {
 public:
  // `already_read`: bytes that came with the head.
  StreamEnd(Stream& stream, BlockPool& blocks, std::string_view already_read)
      : stream_(stream), blocks_(blocks), already_read_(already_read) {}

  [[nodiscard]] Awaitable<BodyStatus> read(BodyPart& part) override;
  [[nodiscard]] Awaitable<IoStatus> write(const BodyPart& part) override;
  void expires_after(Clock::duration delay) override { stream_.expires_after(delay); }
  void break_off() override { stream_.interrupt(Wake::cancelled); }

 private:
  Stream& stream_;
  BlockPool& blocks_;
  std::string_view already_read_;
  Buffer in_;
};

}  // namespace sluice

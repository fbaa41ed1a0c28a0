// Bodies of HTTP/1 messages, read from a stream. The same code serves requests from clients and responses
// from upstreams.
#pragma once

#include "proxy/body.h"
#include "proxy/buffer.h"
#include "proxy/h1_chunked.h"
#include "proxy/h1_framing.h"
#include "proxy/stream.h"

namespace sluice {

class Downstream;

class H1BodyReader {
 public:
  enum class Status : std::uint8_t {
    part,       // a part was read (it may be the last)
    malformed,  // the coding is broken
    truncated,  // the connection ended before the body did
    timed_out,
    cancelled,
  };

  // `buffer` holds what came behind the head. What lies before its unread bytes stays untouched until
  // release_head(); a block has 8 KiB of room behind the largest head.
  H1BodyReader(Stream& stream, Buffer& buffer, const Framing& framing) noexcept
      : stream_(stream), buffer_(buffer), framing_(framing), kept_(buffer.position()) {
    left_ = framing.length;
    done_ = framing.kind == Framing::Kind::none;
  }

  // Takes what is in the buffer already, without waiting; the part may be empty.
  [[nodiscard]] Status take_buffered(BodyPart& part);
  // The next part, not empty but perhaps at the end. `taker`: how much is read at once; null: as much as comes.
  [[nodiscard]] Awaitable<Status> read(BodyPart& part, const Downstream* taker = nullptr);

  [[nodiscard]] bool done() const noexcept { return done_; }
  // The head's bytes are needed no more: the whole block may be read into.
  void release_head() noexcept { kept_ = 0; }

 private:
  Status take_chunks(BodyPart& part);
  [[nodiscard]] Status at_end_of_stream(IoStatus status, BodyPart& part) noexcept;

  Stream& stream_;
  Buffer& buffer_;
  Framing framing_;
  std::uint64_t left_ = 0;
  std::size_t kept_;
  bool done_;
  ChunkDecoder decoder_;
};

}  // namespace sluice

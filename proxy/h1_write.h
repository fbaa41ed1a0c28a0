// One write of an HTTP/1 message: a head and a part of its body, as few system calls as it takes. Usually the
// socket takes all at once, and no coroutine is needed.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/body.h"
#include "proxy/stream.h"

namespace sluice {

// How a body is framed on its way out.
enum class Encoding : std::uint8_t { identity, chunked };

class H1Write {
 public:
  // `head` may be empty. What is given stays with the caller and must outlive the write.
  H1Write(std::string_view head, const BodyPart& part, Encoding encoding);
  H1Write(const H1Write&) = delete;
  H1Write& operator=(const H1Write&) = delete;

  // Writes what the socket takes now. `ok`: that was all. `want_read`, `want_write`: finish() has to do the
  // rest.
  [[nodiscard]] IoStatus try_on(Stream& stream);
  [[nodiscard]] Awaitable<IoStatus> finish(Stream& stream);

 private:
  void add(std::string_view bytes) noexcept;
  void add_size_line(std::size_t bytes) noexcept;

  std::array<iovec, BodyPart::capacity + 4> list_;
  std::size_t count_ = 0;
  std::span<iovec> left_;
  std::array<char, 20> size_line_;
  std::unique_ptr<std::string> trailers_;  // the last chunk, if it has any
};

}  // namespace sluice

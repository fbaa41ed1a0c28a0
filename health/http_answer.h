// The answer to a check over HTTP/1, as far as a check needs it: its status and, if somebody wants it, the
// first 64 KiB of its body, out of chunks or not. Lenient where a proxy must be strict: nothing of it is
// passed on. No I/O: bytes in, a state out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

class HttpAnswer {
 public:
  enum class Body : std::uint8_t { ignored, wanted };
  enum class State : std::uint8_t { reading, complete, malformed };

  explicit HttpAnswer(Body body) noexcept : wanted_(body) {}

  // More of it has come; after `complete` or `malformed` there is no more to feed.
  State feed(std::string_view bytes);
  // The peer has closed.
  State end() noexcept;

  // When it is complete.
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] std::string_view body() const noexcept { return body_; }

  static constexpr std::size_t most_head = 64 * 1024;  // bytes
  static constexpr std::size_t most_body = 64 * 1024;

 private:
  enum class Part : std::uint8_t { head, to_length, to_close, chunk_size, chunk, chunk_end };

  State read_head(std::string_view bytes);
  State end_of_head(std::string_view head, std::string_view after);
  State read_body(std::string_view bytes);
  State read_chunks(std::string_view bytes);
  State take(std::string_view bytes);
  bool read_line(std::string_view& bytes);

  Body wanted_;
  Part part_ = Part::head;
  int status_ = 0;
  std::uint64_t left_ = 0;  // of the body, or of the chunk
  std::string held_;        // of the head, or of a chunk's line
  std::string body_;
};

}  // namespace sluice

// One direction of an HTTP/2 connection as an independent observer reads it: each stream becomes the text
// that says the same in HTTP/1.1. It knows frames, and HPACK by nghttp2, but no rules: what it must tell is
// what was said on which stream, and whether that was all.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::session {

class H2Reader {
 public:
  enum class Speaker { client, server };

  struct Stream {
    std::string text;  // bodies are chunked: the last chunk is END_STREAM
    bool head = false;
    bool ended = false;                  // END_STREAM
    std::optional<std::uint32_t> reset;  // by RST_STREAM, with its code

    // Ended, and not taken back.
    [[nodiscard]] bool is_whole() const noexcept { return ended && reset.value_or(0) == 0; }
  };
  using Streams = std::map<std::int32_t, Stream>;

  explicit H2Reader(Speaker speaker);

  void read(std::string_view bytes);
  [[nodiscard]] const Streams& streams() const noexcept { return streams_; }
  // The last stream that is dealt with, as the newest GOAWAY says.
  [[nodiscard]] std::optional<std::int32_t> last_stream() const noexcept { return last_stream_; }

 private:
  struct Frame {
    std::uint8_t type, flags;
    std::int32_t stream;
    std::string_view payload;
  };
  using Block = std::vector<std::pair<std::string, std::string>>;

  void take(const Frame& frame);
  void take_data(const Frame& frame);
  void take_headers(const Frame& frame);
  void take_block();
  [[nodiscard]] Block inflate();

  Speaker speaker_;
  std::unique_ptr<nghttp2_hd_inflater, decltype(&nghttp2_hd_inflate_del)> inflater_;
  std::size_t preface_left_;
  std::string rest_;   // of a frame that is not whole
  std::string block_;  // of headers, so far
  std::int32_t block_stream_ = 0;
  bool block_ends_stream_ = false;
  std::optional<std::int32_t> last_stream_;
  Streams streams_;
};

}  // namespace sluice::session

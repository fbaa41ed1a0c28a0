// A header block of HTTP/2: names and values as they came out of HPACK, kept in a text of its own, and what a
// request or a response makes of them. nghttp2 has refused by then what RFC 9113 §8 forbids.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/error.h"
#include "proxy/h2_memory.h"
#include "proxy/response_head.h"
#include "routing/listener.h"
#include "routing/request_head.h"

namespace sluice {

class H2Block {
 public:
  // How much of it is kept. What is over is counted, not stored.
  struct Limits {
    std::uint32_t field = 16 * 1024;  // bytes of one name and value
    std::uint32_t total = 64 * 1024;  // bytes of all
    std::uint32_t fields = 100;       // a cookie's crumbs count one by one
  };
  void begin(const Limits& limits) noexcept;
  // False once a limit is passed.
  bool add(std::string_view name, std::string_view value);

  // Gives up what is kept of it: as if it had passed a limit.
  void refuse(ErrorCode error) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
  // What passed a limit; `none` if nothing did.
  [[nodiscard]] ErrorCode error() const noexcept { return error_; }

  // Views into this block, valid until the next begin(). The error is a static sentence.
  struct Refusal {
    ErrorCode code;
    std::string_view reason;
  };
  [[nodiscard]] Result<void, Refusal> read(RequestHead& head);
  [[nodiscard]] Result<void, Refusal> read(ResponseHead& head);
  // What may not trail (trailing_fields.h) is left out.
  [[nodiscard]] Result<void, Refusal> read(Fields& trailers);

  // A response's status is a 1xx.
  [[nodiscard]] bool is_interim() const noexcept;
  // Of an extended CONNECT (RFC 8441), after read(), which makes it the GET that it stands for; else empty.
  [[nodiscard]] std::string_view protocol() const noexcept { return protocol_; }

 private:
  struct Piece {
    std::uint32_t name, value;  // sizes; they lie in text_ one after the other
  };
  template <class F>
  void for_each(const F& f) const;
  [[nodiscard]] bool take(Fields& fields, std::string_view name, std::string_view value,
                          HeaderId id) noexcept;
  [[nodiscard]] std::string_view join_cookies();

  Limits limits_;
  using Text = std::basic_string<char, std::char_traits<char>, H2Allocator<char>>;
  using Pieces = std::vector<Piece, H2Allocator<Piece>>;

  Text text_;
  Pieces pieces_;
  std::string cookies_;  // crumbs that were joined
  std::string_view protocol_;
  ErrorCode error_ = ErrorCode::none;
};

}  // namespace sluice

// The chunked transfer coding (RFC 9112 §7.1) as a state machine without I/O: bytes in, data out. Strict:
// CRLF everywhere, sizes of at most 15 hex digits, extensions ignored up to a limit, trailers bounded.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "routing/fields.h"

namespace sluice {

class ChunkDecoder {
 public:
  enum class State : std::uint8_t { more, done, failed };

  struct Step {
    std::size_t consumed = 0;  // of the input
    std::string_view data;     // a part of the input, or empty
    State state = State::more;
  };

  // Takes input up to the next piece of data, its end included. With `more`, call again with what was not
  // consumed and whatever came since; an empty `data` then means that all was consumed.
  [[nodiscard]] Step decode(std::string_view input);

  // Valid once done, for as long as the decoder lives. Fields that frame or route are left out.
  [[nodiscard]] const Fields* trailers() const noexcept { return trailers_.get(); }

 private:
  static constexpr std::size_t line_limit = 4 * 1024;       // one size line with its extensions
  static constexpr std::size_t overhead_limit = 64 * 1024;  // extensions of all size lines together
  static constexpr std::size_t trailer_limit = 16 * 1024;

  enum class Expect : std::uint8_t { size, extension, size_lf, data, data_cr, data_lf, trailers, done };

  bool take(char c);  // a byte that is no data; false if it must not be there
  bool take_size(char c) noexcept;
  bool take_trailer(char c);
  bool parse_trailers();

  Expect expect_ = Expect::size;
  std::uint8_t digits_ = 0;
  std::uint64_t left_ = 0;  // of the chunk's data
  std::size_t line_ = 0;
  std::size_t overhead_ = 0;
  std::string trailer_text_;
  std::unique_ptr<Fields> trailers_;
};

}  // namespace sluice

// A body as it is pulled, whatever the protocol: parts that point into somebody's buffer, and an end that is
// stated.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "proxy/error.h"
#include "routing/fields.h"

namespace sluice {

enum class BodyStatus : std::uint8_t { ok, malformed, too_large, truncated, timed_out, cancelled };

// The next piece of a body. Views stay valid until the next one is pulled.
struct BodyPart {
  static constexpr std::size_t capacity = 8;

  std::array<iovec, capacity> pieces;
  std::size_t count = 0;
  std::size_t bytes = 0;
  bool end = false;                  // nothing comes after this
  const Fields* trailers = nullptr;  // with the end, if there are any

  void add(std::string_view data) noexcept {
    pieces[count++] = {const_cast<char*>(data.data()), data.size()};
    bytes += data.size();
  }
  [[nodiscard]] bool full() const noexcept { return count == capacity; }
};

}  // namespace sluice

// Puts a head together in a block, without allocation. Overflow is remembered, not written: whoever sends
// asks overflowed().
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "routing/fields.h"

namespace sluice {

class HeadWriter {
 public:
  explicit HeadWriter(std::span<char> into) noexcept
      : begin_(into.data()), at_(begin_), end_(begin_ + into.size()) {}

  HeadWriter& operator<<(std::string_view text) noexcept {
    if (text.empty()) return *this;
    if (static_cast<std::size_t>(end_ - at_) < text.size()) {
      overflowed_ = true;
    } else {
      std::memcpy(at_, text.data(), text.size());
      at_ += text.size();
    }
    return *this;
  }
  HeadWriter& operator<<(std::uint64_t number) noexcept {
    char digits[20];
    return *this << std::string_view(
               digits, static_cast<std::size_t>(std::to_chars(digits, digits + 20, number).ptr - digits));
  }
  HeadWriter& operator<<(const Field& field) noexcept {
    return *this << field.name << ": " << field.value << "\r\n";
  }

  [[nodiscard]] std::string_view text() const noexcept {
    return {begin_, static_cast<std::size_t>(at_ - begin_)};
  }
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

 private:
  char* begin_;
  char* at_;
  char* end_;
  bool overflowed_ = false;
};

// The value in lower-case hex digits, as many as there is room for; an even number.
inline void write_hex(std::span<char> into, std::uint64_t value) noexcept {
  static constexpr auto pairs = [] {
    std::array<char, 512> table{};
    for (std::size_t i = 0; i < 256; ++i) {
      table[2 * i] = "0123456789abcdef"[i >> 4];
      table[2 * i + 1] = "0123456789abcdef"[i & 15];
    }
    return table;
  }();
  for (std::size_t i = into.size(); i > 0; value >>= 8) {
    i -= 2;
    std::memcpy(&into[i], &pairs[2 * (value & 0xFF)], 2);
  }
}

}  // namespace sluice

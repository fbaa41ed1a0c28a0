// How much targets may send ahead of what a client has taken (adr/0013): lent to its exchanges, and given
// back.
#pragma once

#include <algorithm>
#include <cstddef>

namespace sluice {

// Bytes, of a client whose exchanges come one after the other.
inline constexpr std::size_t most_lent_by_one = 60 * 1024;

class Allowance {
 public:
  explicit Allowance(std::size_t bytes) noexcept : left_(bytes) {}

  // How many bytes of those that are wanted.
  [[nodiscard]] std::size_t lend(std::size_t wanted) noexcept {
    const auto bytes = std::min(wanted, left_);
    left_ -= bytes;
    return bytes;
  }
  void take_back(std::size_t bytes) noexcept { left_ += bytes; }
  [[nodiscard]] std::size_t left() const noexcept { return left_; }

 private:
  std::size_t left_;
};

}  // namespace sluice

// MurmurHash3's x86_32 variant (Austin Appleby, public domain), fed piece by piece: the hash of Unleash and
// of flagd.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

class Murmur3 {
 public:
  explicit Murmur3(std::uint32_t seed = 0) noexcept : hash_(seed) {}

  void add(std::string_view bytes) noexcept;
  [[nodiscard]] std::uint32_t hash() const noexcept;  // of all that was added until now

 private:
  std::uint32_t hash_;
  std::uint32_t tail_ = 0;  // the last size_ % 4 bytes, the first of them lowest
  std::uint32_t size_ = 0;  // bytes added, modulo 2^32 as in the original
};

}  // namespace sluice

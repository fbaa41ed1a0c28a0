// SHA-1 (RFC 3174), fed piece by piece: LaunchDarkly's buckets are made of it. Broken as a seal, so for no
// other use.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sluice {

class Sha1 {
 public:
  using Digest = std::array<std::uint8_t, 20>;

  void add(std::string_view bytes) noexcept;
  [[nodiscard]] Digest digest() const noexcept;  // of all that was added until now

 private:
  void add(std::uint8_t byte) noexcept;
  void mix_block() noexcept;

  std::array<std::uint32_t, 5> state_{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  std::array<std::uint8_t, 64> block_{};  // the first size_ % 64 bytes wait to be mixed
  std::uint64_t size_ = 0;                // bytes added
};

}  // namespace sluice

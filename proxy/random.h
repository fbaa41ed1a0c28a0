// Numbers for ids and starting points, one generator a worker. Not for secrets.
#pragma once

#include <cstdint>
#include <random>

namespace sluice {

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
class Random {
 public:
  Random() : state_((std::uint64_t{std::random_device{}()} << 32) ^ std::random_device{}()) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace sluice

// Whether the process has more to do than it can: pure, from what is read ten times a second. Each reason
// begins and ends by itself, and ends only well below its limit and after a quiet second, so that it does not
// flicker.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace sluice {

enum class OverloadReason : std::uint8_t { memory, loop_lag };
inline constexpr std::size_t overload_reasons = 2;

struct OverloadLimits {
  std::uint64_t memory = 0;               // resident bytes; 0: off
  std::chrono::milliseconds loop_lag{0};  // of the worst worker; 0: off
  bool operator==(const OverloadLimits&) const = default;
};

struct OverloadReading {
  std::uint64_t memory = 0;
  std::chrono::milliseconds loop_lag{0};
};

struct Overload {
  struct Trouble {
    bool over = false;
    std::uint32_t looks = 0;  // in a row that speak for a change
  };
  std::array<Trouble, overload_reasons> troubles{};

  [[nodiscard]] bool is_over(OverloadReason reason) const noexcept {
    return troubles[static_cast<std::size_t>(reason)].over;
  }
  [[nodiscard]] bool is_over() const noexcept {
    return is_over(OverloadReason::memory) || is_over(OverloadReason::loop_lag);
  }
};

// The state after one more look, 100 ms after the last.
[[nodiscard]] Overload look(Overload before, const OverloadLimits& limits,
                            const OverloadReading& reading) noexcept;

}  // namespace sluice

// What came of one check, and the words that ALB has for it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

struct CheckResult {
  enum class Kind : std::uint8_t {
    passed,
    mismatch,  // it answered, but not what was wanted
    timeout,   // it did not answer in time
    failed     // no connection, no TLS, not the protocol that it should speak, or another body
  };
  static constexpr std::array kinds{Kind::passed, Kind::mismatch, Kind::timeout, Kind::failed};

  Kind kind = Kind::passed;
  std::string description = {};  // for people; empty when it passed

  [[nodiscard]] bool passed() const noexcept { return kind == Kind::passed; }
};

// As metrics spell it.
[[nodiscard]] std::string_view to_string(CheckResult::Kind kind) noexcept;
// ALB's reason code of a target that is unhealthy for it; empty when it passed.
[[nodiscard]] std::string_view reason_of(CheckResult::Kind kind) noexcept;

}  // namespace sluice

// What somebody may ask of the admin API. Each includes what stands before it.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

enum class Role : std::uint8_t {
  none,       // not even a token is needed
  viewer,     // reads
  operator_,  // moves traffic: weights, rollouts, targets, overrides
  admin,      // replaces the configuration, goes back to another revision
};

// As tokens files, the description of the API and the audit log say it.
[[nodiscard]] constexpr std::string_view role_word(Role role) noexcept {
  switch (role) {
    case Role::none:
      break;
    case Role::viewer:
      return "viewer";
    case Role::operator_:
      return "operator";
    case Role::admin:
      return "admin";
  }
  return "none";
}

}  // namespace sluice

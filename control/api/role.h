// What somebody may ask of the admin API. Each includes what stands before it.
#pragma once

#include <cstdint>

namespace sluice {

enum class Role : std::uint8_t {
  none,       // not even a token is needed
  viewer,     // reads
  operator_,  // moves traffic: weights, rollouts, targets, overrides
  admin,      // replaces the configuration, goes back to another revision
};

}  // namespace sluice

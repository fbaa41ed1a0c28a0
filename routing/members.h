// The targets that picks are dealt among, with the weights that they have at the moment, and what each
// algorithm has laid out for them (deal.h). Part of a GroupView, made anew with it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "routing/alias_table.h"
#include "routing/target_group.h"

namespace sluice {

struct Member {
  const Target* target;
  std::uint32_t weight;  // the target's own times full_share, less while it starts slowly
  std::uint32_t share;   // of its own weight, up to full_share
};

struct Members {
  std::vector<Member> all;
  std::vector<std::uint32_t> turns;  // indexes into `all` (turns.h); of round_robin
  std::uint32_t cursor = 0;          // the next turn
  AliasTable draws;                  // of those that draw
  std::vector<std::uint32_t> share;  // by index in the group, 0 for no member; of consistent_hash
  std::uint64_t weight = 0;          // the sum
};

}  // namespace sluice

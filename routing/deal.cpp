#include "routing/deal.h"

#include "routing/turns.h"

namespace sluice {
namespace {

std::vector<std::uint32_t> weights_of(const Members& members) {
  std::vector<std::uint32_t> weights;
  weights.reserve(members.all.size());
  for (const auto& member : members.all) weights.push_back(member.weight);
  return weights;
}

void deal_by_ring(Members& members, const TargetGroup& group) {
  members.weight = 0;
  members.share.assign(group.targets.size(), 0);
  for (const auto& member : members.all) {
    members.share[static_cast<std::size_t>(member.target - group.targets.data())] = member.share;
    members.weight += member.weight;
  }
}

}  // namespace

void deal(Members& members, const TargetGroup& group) {
  switch (group.algorithm) {
    case Algorithm::round_robin: members.turns = smooth_turns(weights_of(members)); return;
    case Algorithm::least_outstanding:
    case Algorithm::weighted_random: members.draws = AliasTable(weights_of(members)); return;
    case Algorithm::consistent_hash: deal_by_ring(members, group); return;
  }
}

}  // namespace sluice

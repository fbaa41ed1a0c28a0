#include "control/history.h"

#include <algorithm>

#include "control/store/store.h"

namespace sluice {

void History::add(std::shared_ptr<const RevisionRecord> record) {
  const bool ordinary = !record->ended_rollout;
  if (!records_.emplace(record->number, std::move(record)).second) return;
  ordinary_ += ordinary;
  if (records_.size() <= Store::kept_revisions || ordinary_ == 0) return;
  // The oldest ordinary one that is not among the last.
  const auto oldest =
      std::ranges::find_if(records_, [](const auto& each) { return !each.second->ended_rollout; });
  const auto behind = static_cast<std::size_t>(std::distance(oldest, records_.end()));
  if (behind <= Store::kept_revisions) return;
  records_.erase(oldest);
  --ordinary_;
}

std::shared_ptr<const RevisionRecord> History::find(std::uint64_t number) const {
  const auto found = records_.find(number);
  return found == records_.end() ? nullptr : found->second;
}

}  // namespace sluice

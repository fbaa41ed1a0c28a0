// The revisions that can be shown and gone back to: the last 1,000 and each that ended a rollout, as the
// store keeps them. Control thread only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "control/store/records.h"

namespace sluice {

class History {
 public:
  void add(std::shared_ptr<const RevisionRecord> record);

  // Null: there is none of this number, or it is no longer kept.
  [[nodiscard]] std::shared_ptr<const RevisionRecord> find(std::uint64_t number) const;
  [[nodiscard]] const std::map<std::uint64_t, std::shared_ptr<const RevisionRecord>>& all() const noexcept {
    return records_;
  }
  [[nodiscard]] std::uint64_t last() const noexcept {
    return records_.empty() ? 0 : records_.rbegin()->first;
  }

 private:
  std::map<std::uint64_t, std::shared_ptr<const RevisionRecord>> records_;
  std::size_t ordinary_ = 0;  // those that ended no rollout
};

}  // namespace sluice

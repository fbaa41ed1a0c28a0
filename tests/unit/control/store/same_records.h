// Matchers that compare records by value, where they hold pointers.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "control/store/records.h"

namespace sluice {

inline bool same_services(const RevisionRecord& a, const RevisionRecord& b) {
  return std::ranges::equal(a.services, b.services, [](const auto& x, const auto& y) {
    return x.first == y.first && *x.second == *y.second;
  });
}

MATCHER_P(SameRevision, expected, "is the same revision") {
  const RevisionRecord &a = arg, &b = expected;
  const auto config = [](const RevisionRecord& r) {
    return r.config ? std::pair(r.config->id, r.config->text) : std::pair<std::string, std::string>();
  };
  const auto fields = [](const RevisionRecord& r) {
    return std::tie(r.number, r.parent, r.at, r.author, r.kind, r.reason, r.diff, r.file, r.ended_rollout);
  };
  return fields(a) == fields(b) && config(a) == config(b) && same_services(a, b);
}

MATCHER_P(SameEvent, expected, "is the same event") {
  const auto fields = [](const AuditEvent& e) {
    return std::tie(e.number, e.at, e.author, e.kind, e.service, e.rollout, e.revision, e.text);
  };
  return fields(arg) == fields(expected);
}

}  // namespace sluice

// A rule of a listener: when it takes a request (its conditions, ANDed) and what becomes of it (one action,
// and for what is forwarded its transforms).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "routing/condition.h"
#include "routing/fault.h"
#include "routing/header_edits.h"
#include "routing/rate_limit.h"
#include "routing/redirect.h"
#include "routing/rewrite.h"
#include "routing/slot.h"

namespace sluice {

struct Forward {
  std::uint32_t service;  // index into Snapshot::services
  bool operator==(const Forward&) const = default;
};
struct FixedResponse {
  std::uint16_t status;
  std::string content_type;  // empty: none
  std::string body;
  bool operator==(const FixedResponse&) const = default;
};
using Action = std::variant<Forward, FixedResponse, Redirect>;

struct Rule {
  std::int32_t priority = 0;  // 1 to 50,000; 0 is the default rule
  std::vector<Condition> conditions;
  Action action;
  std::optional<Rewrite> url_rewrite;                             // of path and query, with Forward only
  std::optional<Rewrite> host_header_rewrite;                     // of the Host value, with Forward only
  std::shared_ptr<const HeaderEdits> response_headers = nullptr;  // null: none
  std::shared_ptr<const RateLimit> rate_limit = nullptr;          // null: none
  std::shared_ptr<const Fault> fault = nullptr;                   // null: none
  SlotRef slot = nullptr;                                         // of its counters, if it has any

  // By what it says, not by where its parts lie: an unchanged rule table is shared between snapshots.
  bool operator==(const Rule& other) const;
};

}  // namespace sluice

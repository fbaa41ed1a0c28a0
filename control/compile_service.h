// A service as the data plane needs it: its variants and their groups, the split that it has, and who its
// users are.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "control/compile_group.h"
#include "control/compile_rate_limit.h"
#include "control/config.h"
#include "control/findings.h"
#include "control/secrets.h"
#include "control/store/records.h"
#include "routing/snapshot.h"

namespace sluice {

// The names that state outside of snapshots goes by.
struct Slots {
  SlotTable listeners, variants, arms;
  SlotTable decisions;  // each has a point sequence of its own
  StateTable<ServiceState> service_states;
  GroupSlots groups;
  SlotTable rules;  // those that count something
  RateSlots rates;
};

// The target groups that services of one build name, each compiled once.
class Groups {
 public:
  Groups(const config::Config& config, const Snapshot& previous, GroupSlots& slots,
         config::Findings& findings);

  // A group that the checked configuration has.
  [[nodiscard]] const std::shared_ptr<const TargetGroup>& get(const std::string& name);

 private:
  const config::Config& config_;
  GroupSlots& slots_;
  config::Findings& findings_;
  std::map<std::string, std::shared_ptr<const TargetGroup>> previous_, made_;
};

struct ServiceParts {
  Groups& groups;
  Slots& slots;
  const Secrets& own_secrets;  // for services that name no file
};

// What a service was before it is compiled again.
struct ServiceBefore {
  const Service* service = nullptr;  // to share unchanged parts with; null: it is new
  const Allocation* allocation =
      nullptr;  // whose weights and split it keeps; null: it begins with the file's
};

// Without its layers.
[[nodiscard]] Service compile_service(const config::Service& from, const ServiceBefore& before,
                                      const ServiceParts& parts, config::Findings& findings);

}  // namespace sluice

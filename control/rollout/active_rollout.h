// A rollout that has not ended, with what the engine keeps of it beside the store. Engine only.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/rollout/engine.h"

namespace sluice {

struct Engine::Active {
  explicit Active(Rollout made) : rollout(std::move(made)) {}

  void cancel_hook() {
    if (cancel) std::exchange(cancel, {})();
    ask_again.reset();
  }

  // What came of the variant's requests since begin_at().
  void begin_at(const AttemptTotals& totals, const std::string& variant) {
    const auto found = totals.variants.find(variant);
    baseline = found == totals.variants.end() ? AttemptTotals::OfVariant() : found->second;
  }
  [[nodiscard]] Observed observed(const AttemptTotals& totals, const std::string& variant) const;

  Rollout rollout;
  bool busy = false;          // a transition is on its way to the store
  std::uint64_t version = 0;  // goes up with each transition that is tried

  std::optional<HookSaid> hook_said;
  CancelHook cancel;
  std::unique_ptr<boost::asio::steady_timer> ask_again;

  SystemTime judged_from{}, judged_at{};
  AttemptTotals::OfVariant baseline;
  std::vector<GateResult> gates;

  std::string waits_for, trouble;
  SystemTime quiet_until{};  // after trouble
};

}  // namespace sluice

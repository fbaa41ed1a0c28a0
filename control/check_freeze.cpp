#include "control/check_freeze.h"

#include "control/did_you_mean.h"
#include "control/quoted.h"
#include "control/rollout/time_zone.h"

namespace sluice::config {
namespace {

void check_order(const FreezeWindow& window, const std::string& key, Findings& findings) {
  if (window.from.index() != window.to.index())
    return findings.add(key + ".to", "is not of the kind that `from` is; write two weekdays or two dates");
  if (window.from == window.to) return findings.add(key + ".to", "is the same as `from`");
  const auto* from = std::get_if<DateTime>(&window.from);
  if (from && std::get<DateTime>(window.to) < *from) findings.add(key + ".to", "is before `from`");
}

}  // namespace

void check_freeze(const Config& config, Findings& findings) {
  for (std::size_t i = 0; i < config.freeze.size(); ++i) {
    const auto& window = config.freeze[i];
    const auto key = indexed("freeze", i);
    check_order(window, key, findings);
    if (!TimeZone::find(window.timezone))
      findings.add(key + ".timezone", "no time zone " + quoted(window.timezone) + " on this machine" +
                                          did_you_mean(window.timezone, TimeZone::names()));
  }
}

}  // namespace sluice::config

#include "control/read_protection.h"

#include "control/choices.h"
#include "control/scalars.h"
#include "control/strategy_scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;
constexpr std::int64_t million = 1'000'000;
constexpr std::uint64_t KiB = 1024, TiB = KiB * KiB * KiB * KiB;

}  // namespace

RateLimit read_rate_limit(Mapping& limit, const std::string& whole) {
  RateLimit result;
  limit.require("requests", result.requests, number(1, million));
  limit.read("per", result.per, duration(100ms, 24h));
  limit.read("by", result.by,
             choice<LimitBy>({{whole, LimitBy::everybody},
                              {"identity", LimitBy::identity},
                              {"address", LimitBy::address}}));
  limit.read("burst", result.burst, number(1, million));
  return result;
}

Fault read_fault(Mapping& fault) {
  Fault result;
  fault.section("delay", [&](Mapping& delay) {
    delay.require("percent", result.delayed, some_percent);
    delay.require("duration", result.delay, duration(1ms, 10min));
  });
  fault.section("abort", [&](Mapping& abort) {
    abort.require("percent", result.aborted, some_percent);
    abort.read("status", result.status, number(400, 599));
  });
  if (!fault.has("delay") && !fault.has("abort")) fault.problem("needs delay, abort or both");
  return result;
}

AdaptiveBounds read_adaptive_concurrency(Mapping& adaptive) {
  AdaptiveBounds result;
  adaptive.read("min", result.min, number(1, million));
  adaptive.read("max", result.max, number(1, million));
  return result;
}

void read_overload(Mapping& overload, Overload& into) {
  overload.read("memory", into.memory, size(0, TiB));
  overload.read("loop_lag", into.loop_lag, duration(0ms, 1min));
}

}  // namespace sluice::config

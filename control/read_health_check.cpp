#include "control/read_health_check.h"

#include <charconv>
#include <optional>

#include "control/choices.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

std::optional<int> status_code(std::string_view text) {
  int code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (error != std::errc() || end != text.data() + text.size() || code < 200 || code > 499) return {};
  return code;
}

std::optional<StatusRange> status_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto low = status_code(text.substr(0, dash));
  const auto high = dash == std::string_view::npos ? low : status_code(text.substr(dash + 1));
  if (!low || !high || *low > *high) return {};
  return StatusRange{*low, *high};
}

}  // namespace

Result<Algorithm, std::string> algorithm(std::string_view text) {
  static const auto parse = choice<Algorithm>({{"round_robin", Algorithm::round_robin},
                                               {"least_outstanding", Algorithm::least_outstanding},
                                               {"weighted_random", Algorithm::weighted_random},
                                               {"consistent_hash", Algorithm::consistent_hash}});
  return parse(text);
}

Result<std::vector<StatusRange>, std::string> matcher(std::string_view text) {
  std::vector<StatusRange> ranges;
  for (auto rest = text;;) {
    const auto comma = rest.find(',');
    const auto range = status_range(rest.substr(0, comma));
    if (!range)
      return failure("`" + std::string(text) +
                     "` is not a matcher; write codes from 200 to 499, as \"200-299,301\"");
    ranges.push_back(*range);
    if (comma == std::string_view::npos) return ranges;
    rest.remove_prefix(comma + 1);
  }
}

HealthCheck read_health_check(Mapping& check, HealthProtocol traffic) {
  HealthCheck result;
  result.protocol = traffic;
  // gRPC's checks come with its protocol.
  if (const auto protocol = check.find("protocol")) {
    std::string word = traffic == HealthProtocol::https ? "https" : "http";
    protocol->read(word, one_of({{"http", "https"}, {"grpc"}}));
    result.protocol = word == "https" ? HealthProtocol::https : HealthProtocol::http;
  }
  if (result.protocol == HealthProtocol::https) result.timeout = 10s;  // as ALB
  check.read("path", result.path, some_text);
  check.read("port", result.port, number(1, 65'535));
  check.read("interval", result.interval, duration(100ms, 5min));
  check.read("timeout", result.timeout, duration(10ms, 2min));
  check.read("healthy", result.healthy, number(2, 10));
  check.read("unhealthy", result.unhealthy, number(2, 10));
  check.read("matcher", result.matcher, matcher);
  return result;
}

Outlier read_outlier(Mapping& outlier) {
  Outlier result;
  outlier.read("consecutive_5xx", result.consecutive_5xx, number(1, 1000));
  outlier.read("base_ejection", result.base_ejection, duration(100ms, 1h));
  outlier.read("max_ejected", result.max_ejected, percent);
  return result;
}

void read_capacity(Mapping& limits, Capacity& into) {
  limits.read("pending", into.pending, number(0, 1'000'000));
  limits.read("requests", into.requests, number(1, 1'000'000));
}

}  // namespace sluice::config

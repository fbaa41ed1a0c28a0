#include "control/read_health_check.h"

#include <charconv>
#include <optional>

#include "control/choices.h"
#include "control/quoted.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

// The codes that a protocol has, and how to write some of them.
struct Codes {
  int low, high;
  const char* advice;
};
constexpr Codes http_codes{200, 499, "codes from 200 to 499, as \"200-299,301\""};
constexpr Codes grpc_codes{0, 99, "codes from 0 to 99, as \"0,12\""};

std::optional<int> code(std::string_view text, const Codes& codes) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size() && !text.starts_with('-');
  if (!whole || value < codes.low || value > codes.high) return {};
  return value;
}

std::optional<CodeRange> code_range(std::string_view text, const Codes& codes) {
  const auto dash = text.find('-');
  const auto low = code(text.substr(0, dash), codes);
  const auto high = dash == std::string_view::npos ? low : code(text.substr(dash + 1), codes);
  if (!low || !high || *low > *high) return {};
  return CodeRange{*low, *high};
}

Result<std::vector<CodeRange>, std::string> code_ranges(std::string_view text, const Codes& codes) {
  std::vector<CodeRange> ranges;
  for (auto rest = text;;) {
    const auto comma = rest.find(',');
    const auto range = code_range(rest.substr(0, comma), codes);
    if (!range) return failure("`" + std::string(text) + "` is not a matcher; write " + codes.advice);
    ranges.push_back(*range);
    if (comma == std::string_view::npos) return ranges;
    rest.remove_prefix(comma + 1);
  }
}

// What ALB takes where nothing is said. It asks gRPC services for a method that none has, so that
// UNIMPLEMENTED is right; the health service of gRPC has an answer of its own.
HealthCheck defaults(HealthProtocol protocol) {
  HealthCheck result;
  result.protocol = protocol;
  if (protocol == HealthProtocol::https || protocol == HealthProtocol::tcp) result.timeout = 10s;
  if (protocol == HealthProtocol::grpc) {
    result.path = "/AWS.ALB/healthcheck";
    result.matcher = {{12, 12}};
  }
  return result;
}

Result<std::optional<Regex>, std::string> body_regex(std::string_view text) {
  auto regex = Regex::compile(text, LetterCase::sensitive);
  if (!regex) return failure(regex.error());
  return std::optional(*std::move(regex));
}

}  // namespace

Result<Algorithm, std::string> algorithm(std::string_view text) {
  static const auto parse = choice<Algorithm>({{"round_robin", Algorithm::round_robin},
                                               {"least_outstanding", Algorithm::least_outstanding},
                                               {"weighted_random", Algorithm::weighted_random},
                                               {"consistent_hash", Algorithm::consistent_hash}});
  return parse(text);
}

Result<HashBy, std::string> hash_by(std::string_view text) {
  constexpr std::string_view header = "header:";
  if (text == "identity") return HashBy{HashBy::From::identity, ""};
  if (text == "address") return HashBy{HashBy::From::address, ""};
  if (text.starts_with(header) && is_field_name(text.substr(header.size())))
    return HashBy{HashBy::From::header, std::string(text.substr(header.size()))};
  return failure(quoted(text) + " is nothing to hash by; write identity, address or header:NAME");
}

Result<std::vector<CodeRange>, std::string> matcher(std::string_view text) {
  return code_ranges(text, http_codes);
}

Result<std::vector<CodeRange>, std::string> grpc_matcher(std::string_view text) {
  return code_ranges(text, grpc_codes);
}

HealthCheck read_health_check(Mapping& check, HealthProtocol traffic) {
  auto protocol = traffic;
  check.read("protocol", protocol,
             choice<HealthProtocol>({{"http", HealthProtocol::http},
                                     {"https", HealthProtocol::https},
                                     {"grpc", HealthProtocol::grpc},
                                     {"tcp", HealthProtocol::tcp}}));
  auto result = defaults(protocol);
  const bool grpc = protocol == HealthProtocol::grpc;
  check.read("path", result.path, some_text);
  if (grpc && result.path == grpc_health_path) result.matcher = {{0, 0}};
  check.read("port", result.port, number(1, 65'535));
  check.read("interval", result.interval, duration(100ms, 5min));
  check.read("timeout", result.timeout, duration(10ms, 2min));
  check.read("healthy", result.healthy, number(2, 10));
  check.read("unhealthy", result.unhealthy, number(2, 10));
  check.read("matcher", result.matcher, grpc ? grpc_matcher : matcher);
  check.read("host", result.host, some_text);
  if (const auto headers = check.find("headers"))
    headers->each_named(some_text, [&](const std::string& name, const Value& value) {
      value.read(result.headers.emplace_back(name, "").second, any_text);
    });
  check.read("body", result.body, body_regex);
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

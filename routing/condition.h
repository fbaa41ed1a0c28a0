// One condition of a rule: the values inside are ORed. The words and the matching are ALB's (path
// case-sensitive and without the query, host and header values case-insensitive, method exact).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "routing/request_head.h"

namespace sluice {

struct PathPattern {
  std::vector<std::string> globs;
  bool operator==(const PathPattern&) const = default;
};
struct HostHeader {
  std::vector<std::string> globs;  // against the host without its port
  bool operator==(const HostHeader&) const = default;
};
struct HttpHeader {
  std::string name;
  std::vector<std::string> globs;  // against each field of that name in turn
  bool operator==(const HttpHeader&) const = default;
};
struct HttpRequestMethod {
  std::vector<std::string> methods;
  bool operator==(const HttpRequestMethod&) const = default;
};

using Condition = std::variant<PathPattern, HostHeader, HttpHeader, HttpRequestMethod>;

[[nodiscard]] bool matches(const Condition& condition, const RequestHead& head) noexcept;

}  // namespace sluice

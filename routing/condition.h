// One condition of a rule or of an audience: the values inside are ORed. The words and the matching are ALB's
// (path case-sensitive and without the query, host, header and query values case-insensitive, method exact);
// cookie and share are what ALB lacks.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "routing/address_range.h"
#include "routing/pattern.h"
#include "routing/request_head.h"
#include "routing/slot.h"
#include "routing/split.h"
#include "routing/weight.h"

namespace sluice {

struct PathPattern {
  Patterns patterns;
  bool operator==(const PathPattern&) const = default;
};
struct HostHeader {
  Patterns patterns;  // against the host without its port
  bool operator==(const HostHeader&) const = default;
};
struct HttpHeader {
  std::string name;
  Patterns patterns;  // against each field of that name in turn
  bool operator==(const HttpHeader&) const = default;
};
struct HttpRequestMethod {
  std::vector<std::string> methods;
  bool operator==(const HttpRequestMethod&) const = default;
};
// A parameter as it stands between two `&`, nothing decoded; without a `=` it is a key whose value is empty.
struct QueryParameter {
  std::optional<std::string> key;  // a glob; none: any key
  std::string value;               // a glob
  bool operator==(const QueryParameter&) const = default;
};
struct QueryString {
  std::vector<QueryParameter> parameters;
  bool operator==(const QueryString&) const = default;
};
struct SourceIp {
  std::vector<AddressRange> ranges;  // of RequestHead::client
  bool operator==(const SourceIp&) const = default;
};
struct Cookie {
  std::string name;   // case-sensitive (RFC 6265 §5.4 compares octets)
  Patterns patterns;  // against each cookie of that name in turn, case-sensitive
  bool operator==(const Cookie&) const = default;
};
struct Share {  // of identities; who is without one is counted by a sequence
  Weight percent;
  std::string salt;  // empty: the rule's own
  // What follows is the snapshot builder's.
  std::uint64_t salt_seed = 0;
  SlotRef decision{};         // of its own sequence
  std::uint32_t service = 0;  // index into Snapshot::services: whose identities
  Split::Share width = 0;     // inside is the point below it
  bool operator==(const Share&) const = default;
};

using Condition = std::variant<PathPattern, HostHeader, HttpHeader, HttpRequestMethod, QueryString, SourceIp,
                               Cookie, Share>;

// Where the request stands for a share. To ask takes a step of a sequence if the request has no identity.
class SharePoints {
 public:
  virtual Point point(const Share& share) = 0;

 protected:
  ~SharePoints() = default;
};

[[nodiscard]] bool matches(const Condition& condition, const RequestHead& head, SharePoints& points) noexcept;

// In the order in which ANDed conditions are asked: cheap before dear, and shares last, since one that is
// asked in vain would count a request that was never up for it.
void sort_cheap_first(std::vector<Condition>& conditions);

}  // namespace sluice

// RFC 3986 §2.1, for the paths and queries of the admin API.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sluice {

// What is no escape stays as it is.
[[nodiscard]] std::string percent_decoded(std::string_view text);
// Everything but unreserved characters is escaped.
[[nodiscard]] std::string percent_encoded(std::string_view text);

// "a=1&b=2" with both sides decoded; of a name that comes twice, the first.
[[nodiscard]] std::map<std::string, std::string> parse_query(std::string_view query);

}  // namespace sluice

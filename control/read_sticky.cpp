#include "control/read_sticky.h"

#include "control/scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

// "", "/24" or "/24/56": the prefixes of v4 and v6 networks.
std::optional<IdentitySource> address_source(std::string_view prefixes) {
  IdentitySource source{.from = IdentityFrom::address, .name = {}};
  const std::array<std::pair<std::uint8_t*, std::int64_t>, 2> parts{std::pair{&source.v4_prefix, 32},
                                                                    std::pair{&source.v6_prefix, 128}};
  for (const auto& [prefix, longest] : parts) {
    if (prefixes.empty()) break;
    if (prefixes.front() != '/') return {};
    const auto end = std::min(prefixes.find('/', 1), prefixes.size());
    const auto bits = number(1, longest)(prefixes.substr(1, end - 1));
    if (!bits) return {};
    *prefix = static_cast<std::uint8_t>(*bits);
    prefixes.remove_prefix(end);
  }
  if (!prefixes.empty()) return {};
  return source;
}

Result<IdentitySource, std::string> identity_source(std::string_view text) {
  constexpr std::string_view address = "source_ip";
  if (text.starts_with(address))
    if (auto source = address_source(text.substr(address.size()))) return *source;
  const auto colon = text.find(':');
  const auto kind = text.substr(0, colon);
  const std::string name(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (kind == "cookie" && !name.empty()) return IdentitySource{.from = IdentityFrom::cookie, .name = name};
  if (kind == "header" && !name.empty()) return IdentitySource{.from = IdentityFrom::header, .name = name};
  if (kind == "query" && !name.empty()) return IdentitySource{.from = IdentityFrom::query, .name = name};
  return failure("`" + std::string(text) +
                 "` is no identity; write cookie:NAME, header:NAME, query:NAME, source_ip or source_ip/24");
}

StickyCookie read_cookie(Mapping& cookie) {
  StickyCookie result;
  std::chrono::milliseconds max_age = result.max_age;
  cookie.read("name", result.name, some_text);
  cookie.read("max_age", max_age, duration(1s, 400 * 24h));
  cookie.read("secret_file", result.secret_file, some_text);
  result.max_age = std::chrono::duration_cast<std::chrono::seconds>(max_age);
  return result;
}

Result<HashMethod, std::string> hash_method(std::string_view text) {
  const auto word = one_of({{"sluice", "launchdarkly", "growthbook-v2", "unleash", "flagd-v2"}, {}})(text);
  if (!word) return failure(word.error());
  if (text == "launchdarkly") return HashMethod::launchdarkly;
  if (text == "growthbook-v2") return HashMethod::growthbook_v2;
  if (text == "unleash") return HashMethod::unleash;
  if (text == "flagd-v2") return HashMethod::flagd_v2;
  return HashMethod::sluice;
}

}  // namespace

Sticky read_sticky(Mapping& sticky) {
  Sticky result;
  if (const auto identity = sticky.find("identity")) identity->read_list(result.identity, identity_source);
  sticky.section("cookie", [&](Mapping& cookie) { result.cookie = read_cookie(cookie); });
  sticky.read("salt", result.salt, some_text);
  sticky.read("hash", result.hash, hash_method);
  std::chrono::milliseconds pin{};
  sticky.read("pin", pin, duration(1s, 30 * 24h));
  result.pin = std::chrono::duration_cast<std::chrono::seconds>(pin);
  return result;
}

}  // namespace sluice::config

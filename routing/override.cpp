#include "routing/override.h"

#include <charconv>

#include "routing/trimmed.h"

namespace sluice {
namespace {

// Cuts the text up to a separator off the front.
std::string_view take(std::string_view& text, char separator) noexcept {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return trimmed(part);
}

constexpr std::string_view expires_is = ";expires=", tag_is = ";tag=";

// "SERVICE=VARIANT;expires=SECONDS;tag=TAG", where the tag is that of all before it.
bool is_signed(std::string_view item, const SigningKeys& keys, UnixSeconds now) noexcept {
  const auto tag = item.rfind(tag_is);
  if (tag == std::string_view::npos) return false;
  const auto content = item.substr(0, tag);
  const auto expires = content.rfind(expires_is);
  if (expires == std::string_view::npos) return false;
  std::int64_t seconds = 0;
  const auto* const end = content.data() + content.size();
  if (std::from_chars(content.data() + expires + expires_is.size(), end, seconds).ptr != end) return false;
  return seconds >= now.time_since_epoch().count() &&
         keys.signed_by_us(content, item.substr(tag + tag_is.size()));
}

}  // namespace

FoundOverride find_override(std::string_view header, std::string_view service, const SigningKeys& keys,
                            UnixSeconds now, bool trusted) noexcept {
  while (!header.empty()) {
    const auto item = take(header, ',');
    auto rest = item;
    if (take(rest, '=') != service) continue;
    const auto variant = take(rest, ';');
    if (variant.empty() || !(trusted || is_signed(item, keys, now))) return {OverrideVerdict::refused};
    return {OverrideVerdict::applied, variant};
  }
  return {};
}

bool is_signed_override(std::string_view value, const SigningKeys& keys, UnixSeconds now) noexcept {
  return value.find(',') == std::string_view::npos && is_signed(trimmed(value), keys, now);
}

std::string sign_override(const SigningKeys& keys, std::string_view service, std::string_view variant,
                          UnixSeconds expires) {
  std::string value(service);
  value.append("=")
      .append(variant)
      .append(expires_is)
      .append(std::to_string(expires.time_since_epoch().count()));
  const auto tag = keys.sign(value);
  return value.append(tag_is).append(tag.data(), tag.size());
}

}  // namespace sluice

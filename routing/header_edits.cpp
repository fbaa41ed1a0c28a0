#include "routing/header_edits.h"

#include <algorithm>
#include <array>

#include "routing/header_id.h"
#include "routing/trimmed.h"

namespace sluice {
namespace {

// RFC 9110 §7.6.1 and §10.1.4, RFC 9112 §6.
constexpr std::array<std::string_view, 8> framing_fields{
    "Connection", "Content-Length", "Keep-Alive", "Proxy-Connection",
    "TE",         "Trailer",        "Upgrade",    "Transfer-Encoding"};

bool is_token_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

bool HeaderEdits::drops(std::string_view name) const noexcept {
  const auto is_it = [&](const std::string& one) { return equal_ignoring_case(one, name); };
  return std::ranges::any_of(remove, is_it) ||
         std::ranges::any_of(set, [&](const auto& field) { return is_it(field.first); });
}

bool is_field_name(std::string_view name) noexcept {
  return !name.empty() && std::ranges::all_of(name, is_token_char);
}

bool is_field_value(std::string_view value) noexcept {
  if (value.empty()) return true;
  if (is_blank(value.front()) || is_blank(value.back())) return false;
  return std::ranges::all_of(value, [](char c) { return (c > 0x20 && c < 0x7F) || is_blank(c); });
}

bool is_framing_field(std::string_view name) noexcept {
  return std::ranges::any_of(framing_fields,
                             [&](std::string_view one) { return equal_ignoring_case(one, name); });
}

}  // namespace sluice

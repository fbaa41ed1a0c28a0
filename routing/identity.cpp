#include "routing/identity.h"

namespace sluice {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The value of `name` in a list of name=value pairs.
std::optional<std::string_view> find_pair(std::string_view list, char separator,
                                          std::string_view name) noexcept {
  while (!list.empty()) {
    const auto end = list.find(separator);
    const auto pair = trimmed(list.substr(0, end));
    if (const auto equals = pair.find('=');
        pair.substr(0, equals) == name && equals != std::string_view::npos)
      return pair.substr(equals + 1);
    if (end == std::string_view::npos) break;
    list.remove_prefix(end + 1);
  }
  return {};
}

std::optional<std::string_view> find_header(const Fields& fields, std::string_view name) noexcept {
  for (const auto& field : fields)
    if (equal_ignoring_case(field.name, name)) return field.value;
  return {};
}

std::optional<std::string_view> value_of(const IdentitySource& source, const RequestHead& head) noexcept {
  switch (source.from) {
    case IdentityFrom::cookie:
      return find_cookie(head.fields, source.name);
    case IdentityFrom::header:
      return find_header(head.fields, source.name);
    case IdentityFrom::query:
      return find_pair(head.query, '&', source.name);
  }
  return {};
}

}  // namespace

std::optional<std::string_view> find_cookie(const Fields& fields, std::string_view name) noexcept {
  if (!fields.has(HeaderId::cookie)) return {};
  for (const auto& field : fields) {
    if (field.id != HeaderId::cookie) continue;
    if (const auto value = find_pair(field.value, ';', name)) return value;
  }
  return {};
}

std::optional<std::string_view> find_identity(const std::vector<IdentitySource>& sources,
                                              const RequestHead& head) noexcept {
  for (const auto& source : sources)
    if (const auto value = value_of(source, head); value && !value->empty()) return value;
  return {};
}

}  // namespace sluice

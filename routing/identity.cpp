#include "routing/identity.h"

#include <algorithm>
#include <charconv>

#include "routing/cookies.h"

namespace sluice {
namespace {

std::optional<std::string_view> find_header(const Fields& fields, std::string_view name) noexcept {
  for (const auto& field : fields)
    if (equal_ignoring_case(field.name, name)) return field.value;
  return {};
}

std::optional<std::string_view> find_parameter(std::string_view query, std::string_view name) noexcept {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name))
      return pair.substr(name.size() + 1);
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

std::optional<std::string_view> value_of(const IdentitySource& source, const RequestHead& head,
                                         AddressText& text) noexcept {
  switch (source.from) {
    case IdentityFrom::cookie:
      return find_cookie(head.fields, source.name);
    case IdentityFrom::header:
      return find_header(head.fields, source.name);
    case IdentityFrom::query:
      return find_parameter(head.query, source.name);
    case IdentityFrom::address:
      return text.write(head.client, source);
  }
  return {};
}

bool is_v4(const std::array<std::uint8_t, 16>& address) noexcept {
  return std::all_of(address.begin(), address.begin() + 10, [](auto byte) { return byte == 0; }) &&
         address[10] == 0xFF && address[11] == 0xFF;
}

// The byte with only those bits of the network that fall into it.
unsigned masked(std::uint8_t byte, std::size_t index, unsigned prefix) noexcept {
  const auto bits =
      static_cast<unsigned>(std::clamp<int>(static_cast<int>(prefix) - static_cast<int>(index) * 8, 0, 8));
  return byte & (0xFFu << (8 - bits)) & 0xFFu;
}

}  // namespace

std::string_view AddressText::write(const std::array<std::uint8_t, 16>& address,
                                    const IdentitySource& source) noexcept {
  char* at = text_.data();
  char* const end = at + text_.size();
  const bool v4 = is_v4(address);
  const unsigned prefix = v4 ? source.v4_prefix : source.v6_prefix;
  for (std::size_t i = v4 ? 12 : 0, first = i; i < 16; ++i) {
    const auto byte = masked(address[i], i - first, prefix);
    if (v4) {
      if (i > first) *at++ = '.';
      at = std::to_chars(at, end, byte).ptr;
    } else {
      if (i > 0 && i % 2 == 0) *at++ = ':';
      *at++ = "0123456789abcdef"[byte >> 4];
      *at++ = "0123456789abcdef"[byte & 15];
    }
  }
  *at++ = '/';
  at = std::to_chars(at, end, prefix).ptr;
  return {text_.data(), static_cast<std::size_t>(at - text_.data())};
}

std::optional<std::string_view> find_identity(const std::vector<IdentitySource>& sources,
                                              const RequestHead& head, AddressText& text) noexcept {
  for (const auto& source : sources)
    if (const auto value = value_of(source, head, text); value && !value->empty()) return value;
  return {};
}

}  // namespace sluice

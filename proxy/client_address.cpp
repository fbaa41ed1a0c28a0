#include "proxy/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "routing/trimmed.h"

namespace sluice {
namespace {

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80"
std::string_view without_port(std::string_view text) noexcept {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const auto colon = text.find(':');
  const bool only_one =
      colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
  return only_one ? text.substr(0, colon) : text;
}

std::optional<AddressBytes> parse(std::string_view text) noexcept {
  text = without_port(trimmed(text));
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return {};
  std::ranges::copy(text, terminated.begin());
  AddressBytes address{};
  if (::inet_pton(AF_INET6, terminated.data(), address.data()) == 1) return address;
  if (::inet_pton(AF_INET, terminated.data(), address.data() + 12) != 1) return {};
  address[10] = address[11] = 0xFF;
  return address;
}

// Cuts the last element off a list.
std::string_view take_last(std::string_view& list) noexcept {
  const auto comma = list.rfind(',');
  const auto last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return last;
}

}  // namespace

AddressBytes forwarded_client(const Fields& fields, const AddressBytes& peer,
                              std::span<const AddressRange> trusted) noexcept {
  auto client = peer;
  for (const auto* field = fields.end(); field != fields.begin();) {
    --field;
    if (field->id != HeaderId::x_forwarded_for) continue;
    for (auto list = field->value; !list.empty();) {
      const auto address = parse(take_last(list));
      if (!address) return client;
      client = *address;
      if (!contain(trusted, client)) return client;
    }
  }
  return client;
}

}  // namespace sluice

#include "routing/header_id.h"

#include <array>
#include <cstring>

namespace sluice {
namespace {

struct Known {
  std::string_view name;
  HeaderId id;
};

// Sorted by length, so that a name is compared with the two or three that are as long as itself.
constexpr std::array known{
    Known{"te", HeaderId::te},
    Known{"host", HeaderId::host},
    Known{"cookie", HeaderId::cookie},
    Known{"expect", HeaderId::expect},
    Known{"trailer", HeaderId::trailer},
    Known{"upgrade", HeaderId::upgrade},
    Known{"forwarded", HeaderId::forwarded},
    Known{"connection", HeaderId::connection},
    Known{"keep-alive", HeaderId::keep_alive},
    Known{"x-request-id", HeaderId::x_request_id},
    Known{"feature-flags", HeaderId::feature_flags},
    Known{"content-length", HeaderId::content_length},
    Known{"http2-settings", HeaderId::http2_settings},
    Known{"x-amzn-trace-id", HeaderId::x_amzn_trace_id},
    Known{"x-forwarded-for", HeaderId::x_forwarded_for},
    Known{"x-sluice-mirror", HeaderId::x_sluice_mirror},
    Known{"proxy-connection", HeaderId::proxy_connection},
    Known{"x-forwarded-port", HeaderId::x_forwarded_port},
    Known{"x-sluice-variant", HeaderId::x_sluice_variant},
    Known{"sec-websocket-key", HeaderId::sec_websocket_key},
    Known{"transfer-encoding", HeaderId::transfer_encoding},
    Known{"x-forwarded-proto", HeaderId::x_forwarded_proto},
    Known{"x-sluice-override", HeaderId::x_sluice_override},
    Known{"proxy-authenticate", HeaderId::proxy_authenticate},
    Known{"sec-websocket-accept", HeaderId::sec_websocket_accept},
    Known{"x-amzn-mtls-clientcert", HeaderId::x_amzn_mtls_clientcert},
    Known{"x-amzn-mtls-clientcert-leaf", HeaderId::x_amzn_mtls_clientcert},
    Known{"x-amzn-mtls-clientcert-issuer", HeaderId::x_amzn_mtls_clientcert},
    Known{"x-amzn-mtls-clientcert-subject", HeaderId::x_amzn_mtls_clientcert},
    Known{"x-amzn-mtls-clientcert-validity", HeaderId::x_amzn_mtls_clientcert},
    Known{"x-amzn-mtls-clientcert-serial-number", HeaderId::x_amzn_mtls_clientcert},
};
constexpr std::size_t longest = known.back().name.size();

// first_of_length[n] is where the names of n bytes begin in `known`.
constexpr auto first_of_length = [] {
  std::array<std::uint8_t, longest + 2> first{};
  for (std::size_t length = 0; length < first.size(); ++length) {
    std::uint8_t i = 0;
    while (i < known.size() && known[i].name.size() < length) ++i;
    first[length] = i;
  }
  return first;
}();

constexpr bool is_our_own(HeaderId id) noexcept {
  switch (id) {
    case HeaderId::feature_flags:
    case HeaderId::x_amzn_mtls_clientcert:
    case HeaderId::x_amzn_trace_id:
    case HeaderId::x_forwarded_for:
    case HeaderId::x_forwarded_port:
    case HeaderId::x_forwarded_proto:
    case HeaderId::x_request_id:
    case HeaderId::x_sluice_override:
    case HeaderId::x_sluice_mirror:
    case HeaderId::x_sluice_variant:
      return true;
    default:
      return false;
  }
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Eight bytes with A to Z made small: a byte's top bit tells whether it is at least A and not beyond Z.
std::uint64_t lower_word(const char* from) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101u, tops = ones << 7;
  std::uint64_t word;
  std::memcpy(&word, from, 8);
  const auto low = word & ~tops;
  const auto beyond_z = low + ones * (0x7F - 'Z'), from_a = low + ones * (0x80 - 'A');
  return word | ((from_a & ~beyond_z & ~word & tops) >> 2);
}

// Of the same size.
bool equal_but_for_underscores(std::string_view name, std::string_view own) noexcept {
  for (std::size_t i = 0; i < name.size(); ++i)
    if (lower(name[i]) != own[i] && !(name[i] == '_' && own[i] == '-')) return false;
  return true;
}

}  // namespace

// Eight at a time, the last eight once more if they overlap.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  const auto size = a.size();
  if (size != b.size()) return false;
  if (size < 8) {
    for (std::size_t i = 0; i < size; ++i)
      if (lower(a[i]) != lower(b[i])) return false;
    return true;
  }
  for (std::size_t i = 0; i + 8 < size; i += 8)
    if (lower_word(a.data() + i) != lower_word(b.data() + i)) return false;
  return lower_word(a.data() + size - 8) == lower_word(b.data() + size - 8);
}

HeaderId header_id(std::string_view name) noexcept {
  if (name.size() > longest) return HeaderId::other;
  for (auto i = first_of_length[name.size()]; i < first_of_length[name.size() + 1]; ++i)
    if (lower(name.back()) == known[i].name.back() && lower(name[0]) == known[i].name[0]) {
      if (equal_ignoring_case(name, known[i].name)) return known[i].id;
      if (is_our_own(known[i].id) && equal_but_for_underscores(name, known[i].name))
        return HeaderId::disguised;
    }
  return HeaderId::other;
}

}  // namespace sluice

#include "proxy/proxy_protocol.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "proxy/crc32c.h"

namespace sluice {
namespace {

using namespace std::string_view_literals;
using Ip = std::array<std::uint8_t, 16>;

constexpr ProxyHeader incomplete{};
constexpr ProxyHeader malformed{.state = ProxyHeader::State::malformed};

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

Ip mapped(std::string_view v4) noexcept {
  Ip ip;
  std::copy(v4_prefix.begin(), v4_prefix.end(), ip.begin());
  std::copy(v4.begin(), v4.end(), ip.begin() + v4_prefix.size());
  return ip;
}

// ---- version 1: "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" ----

constexpr std::string_view v1_begin = "PROXY ";
constexpr std::size_t longest_v1 = 107;  // with its line end

std::optional<Ip> parse_ip(int family, std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.empty() || text.size() >= terminated.size()) return {};
  std::copy(text.begin(), text.end(), terminated.begin());
  Ip ip{};
  if (::inet_pton(family, terminated.data(), ip.data()) != 1) return {};
  if (family == AF_INET6) return ip;
  return mapped({reinterpret_cast<const char*>(ip.data()), 4});
}

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || (text.size() > 1 && text.front() == '0')) return {};
  return port;
}

// Takes the word up to the next space, or the rest.
std::string_view next_word(std::string_view& line) noexcept {
  const auto end = std::min(line.find(' '), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

ProxyHeader parse_v1_line(std::string_view line) noexcept {
  line.remove_prefix(v1_begin.size());
  ProxyHeader header{.state = ProxyHeader::State::complete};
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return header;
  if (line.ends_with(' ')) return malformed;
  const auto protocol = next_word(line);
  if (protocol != "TCP4" && protocol != "TCP6") return malformed;
  const int family = protocol == "TCP4" ? AF_INET : AF_INET6;
  const auto client = parse_ip(family, next_word(line)), server = parse_ip(family, next_word(line));
  const auto client_port = parse_port(next_word(line)), server_port = parse_port(next_word(line));
  if (!client || !server || !client_port || !server_port || !line.empty()) return malformed;
  header.names_client = true;
  header.client = {*client, *client_port};
  return header;
}

ProxyHeader parse_v1(std::string_view bytes) noexcept {
  const auto within = bytes.substr(0, longest_v1);
  const auto end = within.find('\r');
  const auto line = within.substr(0, end);
  const bool visible = std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; });
  if (!visible) return malformed;
  if (end == std::string_view::npos || end + 1 == within.size())
    return within.size() == longest_v1 ? malformed : incomplete;
  if (within[end + 1] != '\n') return malformed;
  auto header = parse_v1_line(line);
  header.size = end + 2;
  return header;
}

// ---- version 2 ----

constexpr std::string_view v2_signature = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t v2_fixed = 16;  // signature, version and command, family, length
constexpr char local = 0x20, proxied = 0x21;
constexpr char unspecified = 0x00, tcp4 = 0x11, tcp6 = 0x21, unix_stream = 0x31;
constexpr std::size_t tcp4_bytes = 12, tcp6_bytes = 36, unix_bytes = 216;
constexpr char crc_type = 0x03;

std::uint16_t number_at(std::string_view bytes, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                                    static_cast<std::uint8_t>(bytes[at + 1]));
}

// Of the addresses; nothing for a family that cannot come by a stream.
std::optional<std::size_t> address_bytes(char family) noexcept {
  switch (family) {
    case unspecified:
      return 0;
    case tcp4:
      return tcp4_bytes;
    case tcp6:
      return tcp6_bytes;
    case unix_stream:
      return unix_bytes;
    default:
      return {};
  }
}

// The checksum is of the whole header, with zeros where it stands itself.
bool checksum_matches(std::string_view header, std::size_t at) noexcept {
  Crc32c crc;
  crc.add(header.substr(0, at));
  crc.add("\0\0\0\0"sv);
  crc.add(header.substr(at + 4));
  const std::uint32_t said = std::uint32_t{number_at(header, at)} << 16 | number_at(header, at + 2);
  return said == crc.value();
}

bool tlvs_are_right(std::string_view header, std::size_t at) noexcept {
  constexpr std::size_t tlv_fixed = 3;
  while (at < header.size()) {
    if (header.size() - at < tlv_fixed) return false;
    const std::size_t size = number_at(header, at + 1);
    const auto value = at + tlv_fixed;
    if (header.size() - value < size) return false;
    if (header[at] == crc_type && (size != 4 || !checksum_matches(header, value))) return false;
    at = value + size;
  }
  return true;
}

ProxyHeader with_client(ProxyHeader header, char family, std::string_view addresses) noexcept {
  if (family == tcp4) {
    header.names_client = true;
    header.client = {mapped(addresses.substr(0, 4)), number_at(addresses, 8)};
  } else if (family == tcp6) {
    header.names_client = true;
    std::copy_n(addresses.begin(), header.client.ip.size(), header.client.ip.begin());
    header.client.port = number_at(addresses, 32);
  }
  return header;
}

ProxyHeader parse_v2(std::string_view bytes) noexcept {
  if (bytes.size() > 12 && bytes[12] != local && bytes[12] != proxied) return malformed;
  if (bytes.size() < v2_fixed) return incomplete;
  const auto family = bytes[13];
  const std::size_t size = v2_fixed + number_at(bytes, 14);
  if (size > longest_proxy_header) return malformed;
  const auto addresses = address_bytes(family);
  // LOCAL says nothing of a client, and its family is to be ignored.
  const bool says_something = bytes[12] == proxied;
  if (says_something && (!addresses || size - v2_fixed < *addresses)) return malformed;
  if (bytes.size() < size) return incomplete;
  const ProxyHeader header{.state = ProxyHeader::State::complete, .size = size};
  if (!says_something) return header;
  if (!tlvs_are_right(bytes.substr(0, size), v2_fixed + *addresses)) return malformed;
  return with_client(header, family, bytes.substr(v2_fixed));
}

// Whether one begins with the other.
bool agree(std::string_view bytes, std::string_view begin) noexcept {
  const auto common = std::min(bytes.size(), begin.size());
  return bytes.substr(0, common) == begin.substr(0, common);
}

bool is_v4(const Ip& ip) noexcept {
  return std::equal(v4_prefix.begin(), v4_prefix.end(), ip.begin());
}

void add_number(std::string& to, std::size_t number) {
  to += static_cast<char>(number >> 8);
  to += static_cast<char>(number & 0xFF);
}

void add_ip(std::string& to, const Ip& ip, std::size_t bytes) {
  to.append(reinterpret_cast<const char*>(ip.data()) + ip.size() - bytes, bytes);
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view bytes) noexcept {
  if (bytes.empty()) return incomplete;
  if (agree(bytes, v1_begin)) return bytes.size() < v1_begin.size() ? incomplete : parse_v1(bytes);
  if (!agree(bytes, v2_signature)) return malformed;
  return bytes.size() < v2_signature.size() ? incomplete : parse_v2(bytes);
}

std::string proxy_header_v2(const ProxyEndpoint& client, const ProxyEndpoint& server) {
  const bool v4 = is_v4(client.ip) && is_v4(server.ip);
  std::string header(v2_signature);
  header += proxied;
  header += v4 ? tcp4 : tcp6;
  add_number(header, v4 ? tcp4_bytes : tcp6_bytes);
  for (const auto& end : {client, server}) add_ip(header, end.ip, v4 ? 4 : 16);
  for (const auto& end : {client, server}) add_number(header, end.port);
  return header;
}

}  // namespace sluice

#include "control/address.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

namespace sluice {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

// v4 addresses as v4-mapped v6.
std::optional<Bytes> numeric(const std::string& ip) {
  Bytes bytes{};
  if (inet_pton(AF_INET6, ip.c_str(), bytes.data()) == 1) return bytes;
  bytes[10] = bytes[11] = 0xFF;
  if (inet_pton(AF_INET, ip.c_str(), bytes.data() + 12) == 1) return bytes;
  return {};
}

bool is_host_name(std::string_view host) {
  constexpr auto letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  return !host.empty() && host.size() <= 253 && host.find_first_not_of(letters) == std::string_view::npos;
}

std::string numeric_text(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = {};
  const void* bytes = address->sa_family == AF_INET
                          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr)
                          : &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  inet_ntop(address->sa_family, bytes, text, sizeof text);
  return text;
}

}  // namespace

Result<HostPort, std::string> parse_address(std::string_view text) {
  const auto wrong =
      "`" + std::string(text) + "` is not an address; write host:port, as 10.0.0.7:8080 or [::1]:8080";
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return failure(wrong);
  const auto port = whole_number<std::uint16_t>(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  const bool brackets = host.starts_with('[') && host.ends_with(']');
  if (brackets) host = host.substr(1, host.size() - 2);
  const bool v6 = host.find(':') != std::string_view::npos && numeric(std::string(host));
  if (!port || brackets != v6 || (!v6 && !is_host_name(host))) return failure(wrong);
  return HostPort{std::string(host), *port};
}

Result<HostPort, std::string> parse_listen_address(std::string_view text) {
  auto address = parse_address(text);
  if (!address) return address;
  if (address->host == "localhost") address->host = "127.0.0.1";
  if (!numeric(address->host))
    return failure("`" + address->host +
                   "` is not a numeric address; write one of this machine's, as 0.0.0.0 or [::]");
  return address;
}

bool is_loopback(const std::string& ip) {
  static const auto v4 = *parse_range("127.0.0.0/8"), v6 = *parse_range("::1");
  const auto bytes = numeric(ip);
  return bytes && (v4.contains(*bytes) || v6.contains(*bytes));
}

Result<AddressRange, std::string> parse_range(std::string_view text) {
  const auto slash = text.find('/');
  const std::string ip(text.substr(0, slash));
  const auto bytes = numeric(ip);
  const unsigned bits = ip.find(':') == std::string::npos ? 32 : 128;
  const auto prefix =
      slash == std::string_view::npos ? std::optional(bits) : whole_number<unsigned>(text.substr(slash + 1));
  if (!bytes || !prefix || *prefix > bits)
    return failure("`" + std::string(text) + "` is not a CIDR block; write as 10.0.0.0/8 or 2001:db8::/32");
  return AddressRange{*bytes, static_cast<std::uint8_t>(128 - bits + *prefix)};
}

Result<std::string, std::string> resolve(const std::string& host) {
  if (numeric(host)) return host;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) return failure("`" + host + "` does not resolve: " + gai_strerror(error));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  for (const auto* entry = found; entry; entry = entry->ai_next)
    if (entry->ai_family == AF_INET) return numeric_text(entry->ai_addr);
  return numeric_text(found->ai_addr);
}

}  // namespace sluice

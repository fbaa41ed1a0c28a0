#include "health/check_question.h"

#include <algorithm>
#include <tuple>

#include "routing/header_id.h"

namespace sluice {
namespace {

using Tls = CheckQuestion::Tls;

constexpr std::string_view offer_h1{"\x08http/1.1"};
constexpr std::string_view offer_h2{"\x02h2"};
constexpr std::string_view offer_both{"\x02h2\x08http/1.1"};

// Of "HOST:PORT", brackets included.
std::string_view host_of(std::string_view address) noexcept {
  return address.substr(0, address.rfind(':'));
}

std::string_view without_brackets(std::string_view host) noexcept {
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return host;
}

Tls tls_of(const TargetGroup& group, HealthProtocol protocol) noexcept {
  const bool wanted =
      protocol == HealthProtocol::https || (protocol == HealthProtocol::grpc && group.tls != nullptr);
  if (!wanted) return Tls::none;
  return group.tls && group.tls->verify ? Tls::verified : Tls::unverified;
}

std::string http1_request(const HealthCheck& check, const std::string& authority) {
  std::string text = "GET " + check.path + " HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n";
  const auto is_agent = [](const auto& field) { return equal_ignoring_case(field.first, "User-Agent"); };
  if (std::ranges::none_of(check.headers, is_agent))
    text += "User-Agent: " + std::string(check_user_agent) + "\r\n";
  for (const auto& [name, value] : check.headers) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

}  // namespace

bool same(const CheckQuestion& a, const CheckQuestion& b) {
  const auto told = [](const CheckQuestion& q) {
    return std::tie(*q.check, q.ip, q.port, q.tls, q.server_name, q.alpn, q.http2, q.request);
  };
  return told(a) == told(b);
}

CheckQuestion make_question(const TargetGroup& group, const Target& target,
                            const std::shared_ptr<const HealthCheck>& check) {
  const auto host = host_of(target.address);
  CheckQuestion made;
  made.check = check;
  made.ip = target.ip;
  made.port = check->port != 0 ? check->port : target.port;
  made.tls = tls_of(group, check->protocol);
  made.server_name = group.tls ? group.tls->server_name : "";
  if (made.server_name.empty()) made.server_name = without_brackets(host);
  // What answers at a port of its own need not speak as the targets do.
  const bool grpc = check->protocol == HealthProtocol::grpc;
  made.http2 = grpc || (group.protocol == UpstreamProtocol::http2 && made.port == target.port);
  made.alpn = grpc ? offer_h2 : made.http2 ? offer_both : offer_h1;
  made.authority = check->host;
  if (made.authority.empty()) made.authority = std::string(host) + ':' + std::to_string(made.port);
  made.request = http1_request(*check, made.authority);
  return made;
}

}  // namespace sluice

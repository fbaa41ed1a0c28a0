#include "proxy/h2_serialize.h"

#include "proxy/passing_fields.h"
#include "proxy/upgrade.h"

namespace sluice {
namespace {

std::uint8_t* bytes(std::string_view text) noexcept {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

// RFC 9113 §8.2.2: the one value that TE may have; gRPC's servers want to see it.
bool takes_trailers(const Fields& fields) noexcept {
  const auto* te = fields.find(HeaderId::te);
  return te && te->value.find("trailers") != std::string_view::npos;
}

std::string_view authority_of(const Exchange& exchange) noexcept {
  if (!exchange.rewritten.host.empty()) return exchange.rewritten.host;
  return exchange.request.authority.empty() ? exchange.target->address : exchange.request.authority;
}

}  // namespace

void H2Head::add(std::string_view name, std::string_view value) noexcept {
  if (size_ == capacity) {
    overflowed_ = true;
    return;
  }
  fields_[size_++] = {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

void H2Head::add_lines(std::string_view lines) noexcept {
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(std::min(line.size() + 2, lines.size()));
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos) add(line.substr(0, colon), line.substr(colon + 2));
  }
}

void H2Head::write_request(const Exchange& exchange) {
  const auto& group = *exchange.serving->group;
  const bool connects = is_websocket(exchange.upgrade);
  add(":method", connects ? "CONNECT" : exchange.request.method);
  if (connects) add(":protocol", "websocket");
  add(":scheme", group.tls ? "https" : "http");
  add(":authority", authority_of(exchange));
  add(":path", exchange.rewritten.target);
  for_each_passing(exchange, [&](const Field& field) {
    if (field.id != HeaderId::host && field.id != HeaderId::sec_websocket_key) add(field.name, field.value);
  });
  if (takes_trailers(exchange.request.fields)) add("te", "trailers");
  write_forwarded(own_, exchange);
  add_lines(own_.text());
}

void H2Head::write_response(const ResponseHead& response, const Exchange* exchange) {
  const auto status = response.status == 101 ? std::uint16_t{200} : response.status;
  std::to_chars(status_.data(), status_.data() + status_.size(), status);
  add(":status", {status_.data(), status_.size()});
  for_each_passing(response, exchange, [&](const Field& field) {
    if (field.id == HeaderId::sec_websocket_accept) return;
    if (field.id == HeaderId::content_length && response.status == 101) return;  // what follows is the tunnel's
    add(field.name, field.value);
  });
  if (!exchange) return;
  write_response_additions(own_, *exchange);
  add_lines(own_.text());
}

}  // namespace sluice

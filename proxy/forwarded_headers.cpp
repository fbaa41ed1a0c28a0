#include "proxy/forwarded_headers.h"

namespace sluice {
namespace {

constexpr std::size_t longest_trace = 7 * 1024;

std::string_view scheme(const Peer& peer) noexcept {
  return peer.tls ? "https" : "http";
}

// A trusted client is a proxy: what it says of its own client is passed on, and it becomes one more address
// on the way.
void write_trusted(HeadWriter& head, const Exchange& exchange) {
  const auto& fields = exchange.request.fields;
  head << "X-Forwarded-For: ";
  for (const auto& field : fields)
    if (field.id == HeaderId::x_forwarded_for && !field.value.empty()) head << field.value << ", ";
  head << exchange.peer->ip_text << "\r\n";
  const auto* proto = fields.find(HeaderId::x_forwarded_proto);
  head << "X-Forwarded-Proto: " << (proto ? proto->value : scheme(*exchange.peer)) << "\r\n";
  head << "X-Forwarded-Port: ";
  if (const auto* port = fields.find(HeaderId::x_forwarded_port)) {
    head << port->value << "\r\n";
  } else {
    head << std::uint64_t{exchange.peer->local_port} << "\r\n";
  }
}

// Calls `with` for each part of "Root=…;Self=…;other=…".
template <class Function>
void for_each_part(std::string_view list, Function with) {
  while (!list.empty()) {
    const auto end = list.find(';');
    auto part = list.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (!part.empty()) with(part);
    if (end == std::string_view::npos) return;
    list.remove_prefix(end + 1);
  }
}

// The dictionary (RFC 9651 §3.2) of all arms that the request fell into, after what a trusted client says: of
// two members with one key, the last counts.
void write_flags(HeadWriter& head, const Exchange& exchange) {
  std::string_view before = "Feature-Flags: ";
  const auto add = [&](std::string_view members) {
    if (members.empty()) return;
    head << before << members;
    before = ", ";
  };
  if (exchange.arrival.trusted)
    for (const auto& field : exchange.request.fields)
      if (field.id == HeaderId::feature_flags) add(field.value);
  for (const auto& exposure : exchange.assignment.exposures) add(exposure.arm->members);
  if (before == ", ") head << "\r\n";
}

bool names_root(std::string_view list) {
  bool named = false;
  for_each_part(list, [&](std::string_view part) { named |= part.starts_with("Root="); });
  return named;
}

// Others on the way believe us: they get what is theirs to believe, and nothing that came along with it.
bool override_passes(const Field& field, const Exchange& exchange) noexcept {
  if (exchange.arrival.trusted) return true;
  return exchange.assignment.override_verdict == OverrideVerdict::applied &&
         is_signed_override(field.value, exchange.service->override_keys, exchange.arrival.now);
}

}  // namespace

bool passes_upstream(const Field& field, const Exchange& exchange) noexcept {
  switch (field.id) {
    case HeaderId::connection:
    case HeaderId::disguised:
    case HeaderId::feature_flags:
    case HeaderId::http2_settings:
    case HeaderId::keep_alive:
    case HeaderId::proxy_connection:
    case HeaderId::te:
    case HeaderId::transfer_encoding:
    case HeaderId::upgrade:
    case HeaderId::x_amzn_mtls_clientcert:
    case HeaderId::x_amzn_trace_id:
    case HeaderId::x_forwarded_for:
    case HeaderId::x_forwarded_port:
    case HeaderId::x_forwarded_proto:
    case HeaderId::x_request_id:
    case HeaderId::x_sluice_mirror:
    case HeaderId::x_sluice_variant:
      return false;
    case HeaderId::forwarded:
      return exchange.peer->trusted;
    case HeaderId::x_sluice_override:
      return override_passes(field, exchange);
    default:
      return true;
  }
}

bool passes_downstream(const Field& field) noexcept {
  switch (field.id) {
    case HeaderId::connection:
    case HeaderId::http2_settings:
    case HeaderId::keep_alive:
    case HeaderId::proxy_connection:
    case HeaderId::te:
    case HeaderId::transfer_encoding:
    case HeaderId::upgrade:
      return false;
    default:
      return true;
  }
}

std::string forwarded_lines(const Peer& peer) {
  std::string lines = "X-Forwarded-For: " + peer.ip_text + "\r\nX-Forwarded-Proto: ";
  lines.append(scheme(peer))
      .append("\r\nX-Forwarded-Port: ")
      .append(std::to_string(peer.local_port))
      .append("\r\n");
  return lines;
}

void write_forwarded(HeadWriter& head, const Exchange& exchange) {
  if (exchange.peer->trusted) {
    write_trusted(head, exchange);
  } else {
    head << exchange.peer->forwarded;
  }
  head << exchange.peer->certificate;
  head << "X-Request-Id: " << exchange.request_id << "\r\n";
  write_trace_id(head, exchange.request.fields.find(HeaderId::x_amzn_trace_id),
                 {exchange.trace_root.data(), exchange.trace_root.size()});
  write_flags(head, exchange);
  if (exchange.copied == Copied::mirror) head << "X-Sluice-Mirror: true\r\n";
  if (exchange.serving) head << "X-Sluice-Variant: " << exchange.serving->name << "\r\n";
}

void write_trace_id(HeadWriter& head, const Field* sent, std::string_view own) {
  head << "X-Amzn-Trace-Id: ";
  const bool keep = sent && !sent->value.empty() && sent->value.size() <= longest_trace;
  const bool has_root = keep && names_root(sent->value);
  head << (has_root ? "Self=" : "Root=") << own;
  if (keep) {
    for_each_part(sent->value, [&](std::string_view part) {
      if (!part.starts_with("Self=")) head << ";" << part;
    });
  }
  head << "\r\n";
}

}  // namespace sluice

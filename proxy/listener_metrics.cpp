#include "proxy/listener_metrics.h"

#include <algorithm>
#include <array>
#include <map>

#include "proxy/metric_families.h"

namespace sluice {

std::string_view to_string(HandshakeResult result) noexcept {
  static constexpr std::array<std::string_view, handshake_results> names{"ok", "resumed", "failed", "timeout",
                                                                         "refused"};
  return names[static_cast<std::size_t>(result)];
}

std::string_view to_string(ProxyRefusal refusal) noexcept {
  static constexpr std::array<std::string_view, proxy_refusals> names{"untrusted", "malformed", "incomplete"};
  return names[static_cast<std::size_t>(refusal)];
}

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// The workers' cells of one listener, added up.
struct ListenerSum {
  std::uint64_t accepted = 0, refused = 0, connections = 0, stream_errors = 0;
  std::array<std::uint64_t, handshake_results> handshakes{};
  std::array<std::uint64_t, abuses> abuses_seen{};
  std::array<std::uint64_t, proxy_refusals> proxy_refused{};
};

std::map<std::string, ListenerSum> add_up(const DataPlane& plane) {
  std::map<std::string, ListenerSum> sums;
  for (const auto& worker : plane.workers()) {
    worker->metrics().listeners.for_each([&](const std::string& name, const ListenerCell& cell) {
      auto& sum = sums[name];
      sum.accepted += read(cell.accepted);
      sum.refused += read(cell.refused);
      sum.connections += read(cell.connections);
      sum.stream_errors += read(cell.stream_errors);
      for (std::size_t i = 0; i < handshake_results; ++i) sum.handshakes[i] += read(cell.handshakes[i]);
      for (std::size_t i = 0; i < abuses; ++i) sum.abuses_seen[i] += read(cell.abuses_seen[i]);
      for (std::size_t i = 0; i < proxy_refusals; ++i) sum.proxy_refused[i] += read(cell.proxy_refused[i]);
    });
  }
  return sums;
}

// Of certificates of one name (RSA and ECDSA), the one that ends first.
MetricFamily certificates(const DataPlane& plane) {
  auto expiry = family("sluice_certificate_not_after_seconds",
                       "When the certificate for a name ends, in seconds since the epoch", MetricType::Gauge);
  std::map<std::pair<std::string, std::string>, std::time_t> ends;
  for (const auto& published : plane.listeners()) {
    if (!published.tls) continue;
    for (const auto& certificate : published.tls->certificates()) {
      const auto key = std::pair(published.listener->name, certificate.name);
      const auto [known, fresh] = ends.emplace(key, certificate.not_after);
      if (!fresh) known->second = std::min(known->second, certificate.not_after);
    }
  }
  for (const auto& [key, not_after] : ends)
    add_number(expiry, {{"listener", key.first}, {"name", key.second}}, static_cast<double>(not_after));
  return expiry;
}

}  // namespace

// "web/10" is the rule of priority 10 of the listener web.
void collect_rate_limits(std::vector<MetricFamily>& families, const DataPlane& plane) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> sums;
  for (const auto& worker : plane.workers()) {
    worker->metrics().listeners.for_each([&](const std::string& name, const ListenerCell& cell) {
      sums[{name, ""}] += read(cell.rate_limited);
    });
    worker->metrics().rules.for_each([&](const std::string& name, const RuleCell& cell) {
      const auto slash = name.rfind('/');
      sums[{name.substr(0, slash), name.substr(slash + 1)}] += read(cell.rate_limited);
    });
  }
  auto limited = family("sluice_rate_limited_total", "Requests refused by a rate limit", MetricType::Counter);
  for (const auto& [names, count] : sums)
    add_number(limited, {{"listener", names.first}, {"rule", names.second}}, static_cast<double>(count));
  families.push_back(std::move(limited));
}

void collect_faults(std::vector<MetricFamily>& families, const DataPlane& plane) {
  struct Sum {
    std::uint64_t delayed = 0, aborted = 0;
  };
  std::map<std::string, Sum> sums;
  for (const auto& worker : plane.workers())
    worker->metrics().rules.for_each([&](const std::string& name, const RuleCell& cell) {
      sums[name].delayed += read(cell.delayed);
      sums[name].aborted += read(cell.aborted);
    });
  auto faults = family("sluice_faults_injected_total", "Faults on purpose, for testing", MetricType::Counter);
  for (const auto& [name, sum] : sums) {
    const auto slash = name.rfind('/');
    const auto listener = name.substr(0, slash), rule = name.substr(slash + 1);
    for (const auto& [kind, count] : {std::pair("delay", sum.delayed), std::pair("abort", sum.aborted)})
      add_number(faults, {{"listener", listener}, {"rule", rule}, {"kind", kind}},
                 static_cast<double>(count));
  }
  families.push_back(std::move(faults));
}

void collect_listeners(std::vector<MetricFamily>& families, const DataPlane& plane) {
  auto connections = family("sluice_downstream_connections", "Connections of clients", MetricType::Gauge);
  auto accepted =
      family("sluice_downstream_connections_accepted_total", "Connections accepted", MetricType::Counter);
  auto refused =
      family("sluice_downstream_connections_refused_total",
             "Connections refused: over the limit, out of descriptors, or overloaded", MetricType::Counter);
  auto handshakes = family("sluice_tls_handshakes_total", "TLS handshakes with clients, by how they ended",
                           MetricType::Counter);
  auto abuse = family("sluice_http2_abuse_total", "HTTP/2 connections that were closed for what they did",
                      MetricType::Counter);
  auto stream_errors =
      family("sluice_http2_stream_errors_total",
             "HTTP/2 streams that were reset for what their client said on them", MetricType::Counter);
  auto proxies = family("sluice_proxy_protocol_refused_total",
                        "Connections closed for want of a PROXY header to believe", MetricType::Counter);
  for (const auto& [listener, sum] : add_up(plane)) {
    add_number(connections, {{"listener", listener}}, static_cast<double>(sum.connections));
    add_number(accepted, {{"listener", listener}}, static_cast<double>(sum.accepted));
    add_number(refused, {{"listener", listener}}, static_cast<double>(sum.refused));
    add_number(stream_errors, {{"listener", listener}}, static_cast<double>(sum.stream_errors));
    for (std::size_t i = 0; i < handshake_results; ++i)
      add_number(
          handshakes,
          {{"listener", listener}, {"result", std::string(to_string(static_cast<HandshakeResult>(i)))}},
          static_cast<double>(sum.handshakes[i]));
    for (std::size_t i = 1; i < abuses; ++i)
      add_number(abuse, {{"listener", listener}, {"kind", std::string(to_string(static_cast<Abuse>(i)))}},
                 static_cast<double>(sum.abuses_seen[i]));
    for (std::size_t i = 0; i < proxy_refusals; ++i)
      add_number(proxies,
                 {{"listener", listener}, {"reason", std::string(to_string(static_cast<ProxyRefusal>(i)))}},
                 static_cast<double>(sum.proxy_refused[i]));
  }
  for (auto* each : {&connections, &accepted, &refused, &handshakes, &proxies, &abuse, &stream_errors})
    families.push_back(std::move(*each));
  families.push_back(certificates(plane));
  collect_rate_limits(families, plane);
  collect_faults(families, plane);
}

}  // namespace sluice

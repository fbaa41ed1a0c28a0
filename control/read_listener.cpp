#include "control/read_listener.h"

#include "control/choices.h"
#include "control/read_listener_tls.h"
#include "control/read_protection.h"
#include "control/read_rule.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;
constexpr std::uint64_t KiB = 1024, TiB = KiB * KiB * KiB * KiB;

void read_limits(Mapping& limits, ListenerLimits& into) {
  limits.read("header_timeout", into.header_timeout, duration(100ms, 1h));
  limits.read("idle_timeout", into.idle_timeout, duration(100ms, 24h));
  limits.read("request_timeout", into.request_timeout, duration(100ms, 24h));
  limits.read("stream_idle_timeout", into.stream_idle_timeout, duration(100ms, 24h));
  limits.read("max_connections", into.max_connections, number(1, 10'000'000));
  limits.read("handshakes", into.handshakes, number(1, 1'000'000));
  limits.read("body", into.body, size(0, TiB));
  limits.read("request_line", into.request_line, size(64, 1024 * KiB));
  limits.read("header_field", into.header_field, size(64, 1024 * KiB));
  limits.read("header_total", into.header_total, size(KiB, 1024 * KiB));
  limits.read("header_count", into.header_count, number(1, Fields::capacity));
  limits.read("streams", into.streams, number(1, 1000));
  limits.read("requests", into.requests, number(1, 1'000'000'000));
}

ListenerProtocol read_protocol(Mapping& listener) {
  std::string protocol = "http";
  listener.read("protocol", protocol, one_of({{"http", "https"}, {}}));
  return protocol == "https" ? ListenerProtocol::https : ListenerProtocol::http;
}

}  // namespace

Listener read_listener(const Value& value) {
  Listener result;
  value.mapping([&](Mapping& listener) {
    listener.require("name", result.name, name);
    listener.require("address", result.address, some_text);
    result.protocol = read_protocol(listener);
    listener.read("h2c", result.h2c, boolean);
    listener.read("health_path", result.health_path, some_text);
    listener.read(
        "escaped_slashes", result.escaped_slashes,
        choice<EscapedSlashes>({{"reject", EscapedSlashes::reject}, {"keep", EscapedSlashes::keep}}));
    listener.read("proxy_protocol", result.proxy_protocol, boolean);
    listener.section("tls", [&](Mapping& tls) { result.tls = read_listener_tls(tls); });
    listener.section("limits", [&](Mapping& limits) { read_limits(limits, result.limits); });
    listener.section("rate_limit",
                     [&](Mapping& limit) { result.rate_limit = read_rate_limit(limit, "listener"); });
    listener.each("rules", [&](const Value& rule) { result.rules.push_back(read_rule(rule)); });
    listener.section("default", [&](Mapping& action) { result.fallback = read_action(action); });
  });
  return result;
}

}  // namespace sluice::config

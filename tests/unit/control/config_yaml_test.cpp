// What a file means when it reads well.
#include "control/config_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

config::Config read(const std::string& text) {
  auto parsed = read_config_text(text, "dir/sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  return std::move(parsed.config);
}

TEST(ReadConfig, Quickstart_ReadsWell) {
  const auto config = read(quickstart);
  EXPECT_EQ(config.path, "dir/sluice.yaml");
  EXPECT_EQ(config.admin.address, "127.0.0.1:9900");
  ASSERT_EQ(config.listeners.size(), 1u);
  EXPECT_EQ(std::get<config::Forward>(config.listeners[0].fallback).service, "shop");
  ASSERT_EQ(config.services.size(), 1u);
  const auto& shop = config.services[0];
  EXPECT_EQ(shop.variants[0].name, "blue");
  EXPECT_EQ(shop.variants[1].weight, Weight{10 * Weight::unit});
  EXPECT_THAT(shop.sticky.identity,
              ElementsAre(IdentitySource{.from = IdentityFrom::cookie, .name = "user_id"},
                          IdentitySource{.from = IdentityFrom::header, .name = "X-User-Id"}));
  EXPECT_EQ(config.target_groups[1].targets[0].address, "127.0.0.1:9002");
}

TEST(ReadConfig, AbsentKeys_HaveTheirDefaults) {
  const auto config = read("listeners: [{ name: web, address: 0.0.0.0:80 }]");
  EXPECT_EQ(config.admin.address, "127.0.0.1:9900");
  EXPECT_EQ(config.drain.grace, 0s);
  EXPECT_EQ(config.drain.deadline, 30s);
  EXPECT_FALSE(config.access_log);
  EXPECT_EQ(config.listeners[0].limits, ListenerLimits());
  EXPECT_EQ(std::get<config::FixedResponse>(config.listeners[0].fallback).status, 404);
}

TEST(ReadConfig, ListenerWithEverything_IsReadWhole) {
  const auto config = read(R"(
trusted: [10.0.0.0/8]
drain: { grace: 15s, deadline: 1m }
access_log: { path: access.log, format: json }
listeners:
  - name: web
    address: "[::]:8443"
    protocol: https
    health_path: /ready
    proxy_protocol: true
    tls: { certificates: [{ cert: a.pem, key: a.key, ocsp: a.ocsp }], policy: ELBSecurityPolicy-2016-08,
           client_auth: { mode: verify, ca: ca.pem, crl: crl.pem } }
    limits: { header_timeout: 1s, idle_timeout: 2s, request_timeout: 3s, stream_idle_timeout: 10s, max_connections: 4, handshakes: 5, body: 10MiB, request_line: 1KiB,
              header_field: 2KiB, header_total: 8KiB, header_count: 9 }
    rules:
      - priority: 10
        conditions:
          - path_pattern: ["/api/*"]
          - host_header: ["*.example.com"]
          - http_header: { name: X-Beta, values: ["1", "yes"] }
          - http_request_method: [GET, HEAD]
        forward: shop
    default: { fixed_response: { status: 503, content_type: text/plain, body: "later" } }
)");
  const auto& listener = config.listeners[0];
  EXPECT_EQ(listener.protocol, config::ListenerProtocol::https);
  EXPECT_EQ(listener.health_path, "/ready");
  EXPECT_TRUE(listener.proxy_protocol);
  EXPECT_EQ(listener.tls->certificates[0].key, "a.key");
  EXPECT_EQ(listener.tls->certificates[0].ocsp, "a.ocsp");
  EXPECT_EQ(listener.tls->policy, find_tls_policy("ELBSecurityPolicy-2016-08"));
  EXPECT_EQ(listener.tls->client_auth.mode, ClientAuth::Mode::verify);
  EXPECT_EQ(listener.tls->client_auth.ca, "ca.pem");
  EXPECT_EQ(listener.tls->client_auth.crl, "crl.pem");
  EXPECT_EQ(listener.limits, (ListenerLimits{1s, 2s, 3s, 10s, 4, 5, 10u << 20, 1024, 2048, 8192, 9}));
  ASSERT_EQ(listener.rules.size(), 1u);
  EXPECT_EQ(listener.rules[0].priority, 10);
  EXPECT_THAT(listener.rules[0].conditions,
              ElementsAre(Condition(PathPattern{{{"/api/*"}}}), Condition(HostHeader{{{"*.example.com"}}}),
                          Condition(HttpHeader{"X-Beta", {{"1", "yes"}}}),
                          Condition(HttpRequestMethod{{"GET", "HEAD"}})));
  EXPECT_EQ(std::get<config::FixedResponse>(listener.fallback).body, "later");
  EXPECT_EQ(config.drain.grace, 15s);
  EXPECT_EQ(config.access_log->path, "access.log");
  EXPECT_THAT(config.trusted, ElementsAre("10.0.0.0/8"));
}

TEST(ReadConfig, TargetGroupInShortAndLongForm_IsReadWhole) {
  const auto config = read(R"(
zone: b
listeners: []
target_groups:
  app:
    targets: [127.0.0.1:9001, { address: app.internal:9002, weight: 2, zone: a }]
    protocol: http1
    proxy_protocol: v2
    algorithm: round_robin
    tls: { verify: false, server_name: app.internal, ca: ca.pem }
    limits: { connections: 1, connect_timeout: 2ms, response_timeout: 3ms, idle_timeout: 4ms }
)");
  const auto& group = config.target_groups[0];
  EXPECT_EQ(group.targets[0].weight, 1u);
  EXPECT_EQ(group.targets[1].address, "app.internal:9002");
  EXPECT_EQ(group.targets[1].weight, 2u);
  EXPECT_EQ(group.targets[1].zone, "a");
  EXPECT_EQ(config.zone, "b");
  EXPECT_TRUE(group.proxy_protocol);
  EXPECT_FALSE(group.tls->verify);
  EXPECT_EQ(group.tls->ca, "ca.pem");
  EXPECT_EQ(group.limits, (TargetGroupLimits{1, 2ms, 3ms, 4ms}));
}

TEST(ReadConfig, AnchorsUnderAnXKey_AreForTheWriter) {
  const auto config =
      read("x-limits: &limits { body: 1KiB }\nlisteners: [{ name: a, address: x, limits: *limits }]");
  EXPECT_EQ(config.listeners[0].limits.body, 1024u);
}

TEST(ReadConfig, EveryValue_HasItsMark) {
  const auto config = read(quickstart);
  const auto shown = [&](const std::string& key) {
    const auto mark = config.mark_of(key);
    return std::to_string(mark.line) + ":" + std::to_string(mark.column);
  };
  EXPECT_EQ(shown("listeners[0].address"), "4:14");
  EXPECT_EQ(shown("services.shop.variants.green.weight"), "10:50");
  EXPECT_EQ(shown("target_groups.shop-blue.targets[0]"), "14:27");
  EXPECT_EQ(shown("listeners[0].limits.body"), "3:5") << "not in the file: its parent";
}

TEST(ReadConfig, FileThatIsNotThere_IsAProblemAtNoPlace) {
  const auto parsed = read_config("/nowhere/sluice.yaml");
  ASSERT_EQ(parsed.problems.size(), 1u);
  EXPECT_EQ(config::to_string("/nowhere/sluice.yaml", parsed.problems[0]),
            "/nowhere/sluice.yaml:0:0: No such file or directory");
}

TEST(ReadConfig, Folder_IsAProblemAndNoCrash) {
  EXPECT_EQ(read_config("/").problems.size(), 1u);
}

}  // namespace
}  // namespace sluice

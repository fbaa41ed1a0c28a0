// Health checks, outliers, capacity and times of target groups: what is read, and what is said of wrong ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/read_health_check.h"
#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using config::Algorithm;
using config::HealthCheck;
using config::HealthProtocol;
using config::matcher;
using config::CodeRange;
using testing::ElementsAre;
using testing::IsEmpty;

// The quickstart, with more said of its first group.
std::string group(const std::string& keys) {
  return with(quickstart, "targets: [127.0.0.1:9001]", "targets: [127.0.0.1:9001], " + keys);
}

config::TargetGroup read(const std::string& keys) {
  auto parsed = read_config_text(group(keys), "sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  EXPECT_THAT(lines(check_config(parsed.config)), IsEmpty());
  return parsed.config.target_groups.at(0);
}

HealthCheck read_check(const std::string& keys) {
  return read("health_check: { " + keys + " }").health_check.value();
}

// Of one problem: its key and what is said, without place.
std::string problem_of(const std::string& keys) {
  const auto problems = check_problems(group(keys));
  if (problems.size() != 1) return std::to_string(problems.size()) + " problems";
  return problems[0].substr(problems[0].find("target_groups.shop-blue.") + 24);
}

TEST(HealthConfig, AbsentKeys_HaveTheDefaultsOfAlb) {
  const auto absent = read("protocol: http1");
  EXPECT_FALSE(absent.health_check);
  EXPECT_EQ(absent.algorithm, Algorithm::round_robin);
  EXPECT_EQ(absent.outlier, (config::Outlier{5, 30s, Weight{50 * Weight::unit}}));
  EXPECT_EQ(absent.capacity, (config::Capacity{1024, 1024}));
  EXPECT_EQ(absent.slow_start, 0s);
  EXPECT_EQ(absent.deregistration_delay, 5min);
  EXPECT_EQ(read_check(""), (HealthCheck{HealthProtocol::http, "/", 0, 30s, 6s, 5, 2, {{200, 200}}}));
}

TEST(HealthConfig, EverythingSaid_IsReadWhole) {
  const auto all = read(
      "algorithm: least_outstanding, slow_start: 30s, deregistration_delay: 7s, limits: { pending: 0, "
      "requests: 9 },"
      "outlier: { consecutive_5xx: 3, base_ejection: 100ms, max_ejected: 12.5% },"
      "health_check: { protocol: https, path: '/healthz?deep=1', port: 9100, interval: 100ms, timeout: 99ms,"
      "                healthy: 3, unhealthy: 4, matcher: '200-299,301' }");
  EXPECT_EQ(all.algorithm, Algorithm::least_outstanding);
  EXPECT_EQ(all.slow_start, 30s);
  EXPECT_EQ(all.deregistration_delay, 7s);
  EXPECT_EQ(all.capacity, (config::Capacity{0, 9}));
  EXPECT_EQ(all.outlier, (config::Outlier{3, 100ms, Weight{12'500'000}}));
  EXPECT_EQ(
      all.health_check,
      (HealthCheck{
          HealthProtocol::https, "/healthz?deep=1", 9100, 100ms, 99ms, 3, 4, {{200, 299}, {301, 301}}}));
}

TEST(HealthConfig, EachAlgorithm_IsKnown) {
  EXPECT_EQ(read("algorithm: round_robin").algorithm, Algorithm::round_robin);
  EXPECT_EQ(read("algorithm: weighted_random").algorithm, Algorithm::weighted_random);
  EXPECT_EQ(read("algorithm: consistent_hash").algorithm, Algorithm::consistent_hash);
}

TEST(HealthConfig, HashBy_IsTheIdentityTheAddressOrAHeader) {
  using From = HashBy::From;
  EXPECT_EQ(read("algorithm: consistent_hash").hash_by, (HashBy{From::identity, ""}));
  EXPECT_EQ(read("hash_by: identity").hash_by, (HashBy{From::identity, ""}));
  EXPECT_EQ(read("hash_by: address").hash_by, (HashBy{From::address, ""}));
  EXPECT_EQ(read("hash_by: header:X-Tenant").hash_by, (HashBy{From::header, "X-Tenant"}));
  for (const auto* text : {"cookie:a", "'header:'", "'header:a b'", "header", "Identity"})
    EXPECT_THAT(problem_of(std::string("hash_by: ") + text),
                testing::EndsWith("is nothing to hash by; write identity, address or header:NAME"));
}

TEST(HealthConfig, PanicThreshold_IsAShareOfTheTargets) {
  EXPECT_EQ(read("outlier: {}").panic_threshold, Weight{});
  EXPECT_EQ(read("outlier: { panic_threshold: 50% }").panic_threshold, Weight{50 * Weight::unit});
  EXPECT_THAT(problem_of("outlier: { panic_threshold: 101% }"), testing::StartsWith("outlier.panic_threshold"));
}

TEST(HealthConfig, ChecksOfATlsGroup_AreOverTlsAndMayTakeLonger) {
  const auto tls = read("health_check: {}, tls: {}").health_check.value();
  EXPECT_EQ(tls.protocol, HealthProtocol::https);
  EXPECT_EQ(tls.timeout, 10s);
  const auto plain = read("health_check: { protocol: http }, tls: {}").health_check.value();
  EXPECT_EQ(plain.protocol, HealthProtocol::http);
  EXPECT_EQ(plain.timeout, 6s);
}

TEST(HealthConfig, ChecksOverGrpc_HaveTheDefaultsOfAlb) {
  const HealthCheck expected{
      .protocol = HealthProtocol::grpc, .path = "/AWS.ALB/healthcheck", .matcher = {{12, 12}}};
  EXPECT_EQ(read_check("protocol: grpc"), expected);
  EXPECT_EQ(read("protocol: grpc, health_check: {}").health_check, expected);
  EXPECT_EQ(read("protocol: grpc, tls: {}, health_check: {}").health_check, expected);
  EXPECT_EQ(read("protocol: http2, health_check: {}").health_check, HealthCheck{});
  EXPECT_THAT(read_check("protocol: grpc, matcher: '0-99'").matcher, ElementsAre(CodeRange{0, 99}));
}

TEST(HealthConfig, HealthServiceOfGrpc_AnswersWithZero) {
  const std::string asked = "protocol: grpc, path: /grpc.health.v1.Health/Check";
  EXPECT_THAT(read_check(asked).matcher, ElementsAre(CodeRange{0, 0}));
  EXPECT_THAT(read_check(asked + ", matcher: '0,5'").matcher,
              ElementsAre(CodeRange{0, 0}, CodeRange{5, 5}));
}

TEST(HealthConfig, ChecksOverTcp_MayTakeAsLongAsWithAlb) {
  const auto tcp = read_check("protocol: tcp");
  EXPECT_EQ(tcp.protocol, HealthProtocol::tcp);
  EXPECT_EQ(tcp.timeout, 10s);
}

TEST(HealthConfig, HostHeadersAndBody_AreRead) {
  const auto check =
      read_check("host: app.internal, headers: { X-Key: secret, Accept: '*/*' }, body: ^ready");
  EXPECT_EQ(check.host, "app.internal");
  EXPECT_THAT(check.headers, ElementsAre(std::pair<std::string, std::string>("X-Key", "secret"),
                                         std::pair<std::string, std::string>("Accept", "*/*")));
  EXPECT_EQ(check.body.value().text(), "^ready");
}

TEST(HealthConfig, WrongHostHeadersAndBody_AreSaid) {
  EXPECT_EQ(problem_of("health_check: { host: 'a b' }"),
            "health_check.host: `a b` is not a host; write as app.internal");
  EXPECT_EQ(problem_of("health_check: { headers: { 'X Key': a } }"),
            "health_check.headers.X Key: `X Key` is not a header name");
  EXPECT_EQ(problem_of("health_check: { headers: { host: a } }"),
            "health_check.headers.host: is written as health_check.host");
  EXPECT_EQ(
      problem_of("health_check: { headers: { Connection: a } }"),
      "health_check.headers.Connection: `Connection` frames the message; Sluice writes it as it must be");
  EXPECT_EQ(problem_of("health_check: { headers: { X-Key: \"a\\nb\" } }"),
            "health_check.headers.X-Key: `a\nb` is not a header value");
  EXPECT_THAT(problem_of("health_check: { body: '(' }"), testing::HasSubstr("is not a regular expression"));
}

TEST(HealthConfig, KeysThatAProtocolHasNoUseFor_AreSaid) {
  EXPECT_EQ(problem_of("health_check: { protocol: tcp, path: /healthz }"),
            "health_check.path: means nothing with `protocol: tcp`; a connection is enough");
  EXPECT_EQ(problem_of("health_check: { protocol: grpc, body: ready }"),
            "health_check.body: means nothing with `protocol: grpc`; with "
            "`path: /grpc.health.v1.Health/Check` the answer must be SERVING");
}

TEST(HealthConfig, EndsOfRanges_AreIn) {
  EXPECT_EQ(read_check("healthy: 2, unhealthy: 10, interval: 5m, timeout: 2m, port: 65535").unhealthy, 10u);
  EXPECT_EQ(read_check("healthy: 10, unhealthy: 2, timeout: 10ms, port: 1").healthy, 10u);
  EXPECT_EQ(read("slow_start: 15m, deregistration_delay: 1h").slow_start, 15min);
  EXPECT_EQ(read("outlier: { max_ejected: 0% }").outlier.max_ejected, Weight{});
  EXPECT_EQ(read("outlier: { max_ejected: 100% }").outlier.max_ejected, Weight{100 * Weight::unit});
}

TEST(HealthConfig, OutOfRange_IsSaidWithTheRange) {
  const auto range = [](const char* low, const char* high) {
    return std::string(" is out of range; it must be from ") + low + " to " + high;
  };
  EXPECT_EQ(problem_of("health_check: { healthy: 1 }"), "health_check.healthy: `1`" + range("2", "10"));
  EXPECT_EQ(problem_of("health_check: { unhealthy: 11 }"), "health_check.unhealthy: `11`" + range("2", "10"));
  EXPECT_EQ(problem_of("health_check: { interval: 99ms }"),
            "health_check.interval: `99ms`" + range("100ms", "5m"));
  EXPECT_EQ(problem_of("health_check: { interval: 6m }"),
            "health_check.interval: `6m`" + range("100ms", "5m"));
  EXPECT_EQ(problem_of("health_check: { timeout: 121s }"),
            "health_check.timeout: `121s`" + range("10ms", "2m"));
  EXPECT_EQ(problem_of("health_check: { port: 0 }"), "health_check.port: `0`" + range("1", "65535"));
  EXPECT_EQ(problem_of("slow_start: 901s"), "slow_start: `901s`" + range("0s", "15m"));
  EXPECT_EQ(problem_of("deregistration_delay: 3601s"), "deregistration_delay: `3601s`" + range("0s", "1h"));
  EXPECT_EQ(problem_of("limits: { requests: 0 }"), "limits.requests: `0`" + range("1", "1000000"));
  EXPECT_EQ(problem_of("limits: { pending: 1000001 }"), "limits.pending: `1000001`" + range("0", "1000000"));
  EXPECT_EQ(problem_of("outlier: { consecutive_5xx: 0 }"),
            "outlier.consecutive_5xx: `0`" + range("1", "1000"));
  EXPECT_EQ(problem_of("outlier: { base_ejection: 2h }"),
            "outlier.base_ejection: `2h`" + range("100ms", "1h"));
}

TEST(HealthConfig, WrongWords_AreSaidWithTheRightOnes) {
  EXPECT_EQ(problem_of("algorithm: round_robbin"),
            "algorithm: `round_robbin` is not known; it must be `round_robin` or `least_outstanding` or "
            "`weighted_random` or `consistent_hash`; did you mean `round_robin`?");
  EXPECT_EQ(problem_of("health_check: { protocol: htpp }"),
            "health_check.protocol: `htpp` is not known; it must be `http` or `https` or `grpc` or `tcp`; "
            "did you mean `http`?");
  EXPECT_EQ(problem_of("health_check: { intervall: 1s }"),
            "health_check.intervall: unknown key; did you mean `interval`?");
}

TEST(HealthConfig, TimeoutNotBelowInterval_IsSaid) {
  EXPECT_EQ(problem_of("health_check: { interval: 1s, timeout: 1s }"),
            "health_check.timeout: 1s is not below interval, 1s; a check ends before the next begins");
  EXPECT_EQ(problem_of("health_check: { interval: 5s }"),
            "health_check.timeout: 6s is not below interval, 5s; a check ends before the next begins");
}

TEST(HealthConfig, PathThatIsNone_IsSaid) {
  EXPECT_EQ(problem_of("health_check: { path: healthz }"),
            "health_check.path: `healthz` is not a path; write as /healthz, at most 1024 characters");
  for (const auto* path : {"'/a b'", "'/a#b'", "\"/a\\r\\nHost: x\"", "'/\xC3\xA4'"})
    EXPECT_THAT(problem_of(std::string("health_check: { path: ") + path + " }"),
                testing::HasSubstr("is not a path"));
  EXPECT_THAT(problem_of("health_check: { path: /" + std::string(1024, 'a') + " }"),
              testing::HasSubstr("is not a path"));
  EXPECT_EQ(read_check("path: /" + std::string(1023, 'a')).path.size(), 1024u);
}

TEST(HealthMatcher, CodesAndRanges_AreRead) {
  EXPECT_THAT(matcher("200").value(), ElementsAre(CodeRange{200, 200}));
  EXPECT_THAT(matcher("200-499").value(), ElementsAre(CodeRange{200, 499}));
  EXPECT_THAT(matcher("200,202,301-302").value(),
              ElementsAre(CodeRange{200, 200}, CodeRange{202, 202}, CodeRange{301, 302}));
  EXPECT_THAT(matcher("404-404").value(), ElementsAre(CodeRange{404, 404}));
}

TEST(HealthMatcher, AnythingElse_IsNone) {
  for (const auto* text : {"",        ",",       "200,",    ",200",        "200,,201", "199",  "500",
                           "200-500", "199-200", "299-200", "2xx",         "200 ",     " 200", "+200",
                           "-200",    "200-",    "-",       "200-201-202", "200;201",  "20",   "2000"})
    EXPECT_FALSE(matcher(text)) << text;
  for (const auto* text : {"-1", "100", "0-100", "OK", ""}) EXPECT_FALSE(config::grpc_matcher(text)) << text;
  EXPECT_EQ(config::grpc_matcher("OK").error(),
            "`OK` is not a matcher; write codes from 0 to 99, as \"0,12\"");
  EXPECT_EQ(matcher("2xx").error(),
            "`2xx` is not a matcher; write codes from 200 to 499, as \"200-299,301\"");
}

}  // namespace
}  // namespace sluice

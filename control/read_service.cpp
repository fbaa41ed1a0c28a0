#include "control/read_service.h"

#include "control/choices.h"
#include "control/read_health_check.h"
#include "control/read_protection.h"
#include "control/read_retry.h"
#include "control/read_sticky.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

Variant read_variant(const std::string& name, const Value& value) {
  Variant result{.name = name, .target_group = {}, .weight = {}};
  value.mapping([&](Mapping& variant) {
    variant.require("target_group", result.target_group, some_text);
    variant.require("weight", result.weight, weight);
  });
  return result;
}

// 127.0.0.1:9001, or a mapping where there is more to say.
Target read_target(const Value& value) {
  Target result;
  if (!value.is_mapping()) value.read(result.address, some_text);
  if (value.is_mapping() || value.lists_keys()) {
    value.mapping([&](Mapping& target) {
      target.require("address", result.address, some_text);
      target.read("weight", result.weight, number(1, 256));
      target.read("zone", result.zone, some_text);
    });
  }
  return result;
}

void read_tls(Mapping& tls, TargetGroupTls& into) {
  tls.read("verify", into.verify, boolean);
  tls.read("server_name", into.server_name, some_text);
  tls.read("ca", into.ca, some_text);
}

void read_limits(Mapping& limits, TargetGroupLimits& into) {
  limits.read("connections", into.connections, number(1, 1'000'000));
  limits.read("connect_timeout", into.connect_timeout, duration(1ms, 1h));
  limits.read("response_timeout", into.response_timeout, duration(1ms, 24h));
  limits.read("idle_timeout", into.idle_timeout, duration(1ms, 24h));
}

}  // namespace

Service read_service(const std::string& name, const Value& value) {
  Service result;
  result.name = name;
  value.mapping([&](Mapping& service) {
    service.require("variants");
    service.each_named("variants", [&](const std::string& variant, const Value& entry) {
      result.variants.push_back(read_variant(variant, entry));
    });
    service.read("stable", result.stable, some_text);
    service.section("sticky", [&](Mapping& sticky) { result.sticky = read_sticky(sticky); });
    service.read("fallback", result.fallback, fallback);
    service.section("retry", [&](Mapping& retry) { result.retry = read_retry(retry); });
    service.section("mirror", [&](Mapping& mirror) { result.mirror = read_mirror(mirror); });
    service.not_supported({"alb_weights"});
  });
  return result;
}

TargetGroup read_target_group(const std::string& name, const Value& value) {
  TargetGroup result;
  result.name = name;
  value.mapping([&](Mapping& group) {
    if (!group.has("source")) group.require("targets");
    group.each("targets", [&](const Value& target) { result.targets.push_back(read_target(target)); });
    std::string protocol = "http1";
    group.read("protocol", protocol, one_of({{"http1", "http2", "grpc"}, {}}));
    // gRPC is HTTP/2 to whoever carries it.
    if (protocol != "http1") result.protocol = UpstreamProtocol::http2;
    group.read("proxy_protocol", result.proxy_protocol, choice<bool>({{"off", false}, {"v2", true}}));
    group.read("algorithm", result.algorithm, algorithm);
    group.read("hash_by", result.hash_by, hash_by);
    group.section("tls", [&](Mapping& tls) { read_tls(tls, result.tls.emplace()); });
    group.section("limits", [&](Mapping& limits) {
      read_limits(limits, result.limits);
      read_capacity(limits, result.capacity);
    });
    group.section("adaptive_concurrency", [&](Mapping& adaptive) {
      result.adaptive_concurrency = read_adaptive_concurrency(adaptive);
    });
    const auto traffic = protocol == "grpc" ? HealthProtocol::grpc
                         : result.tls       ? HealthProtocol::https
                                            : HealthProtocol::http;
    group.section("health_check",
                  [&](Mapping& check) { result.health_check = read_health_check(check, traffic); });
    group.section("outlier", [&](Mapping& outlier) {
      result.outlier = read_outlier(outlier);
      outlier.read("panic_threshold", result.panic_threshold, percent);
    });
    group.read("slow_start", result.slow_start, duration(0ms, 15min));
    group.read("deregistration_delay", result.deregistration_delay, duration(0ms, 1h));
    group.not_supported({"source"});
  });
  return result;
}

}  // namespace sluice::config

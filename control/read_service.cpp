#include "control/read_service.h"

#include "control/scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

Result<IdentitySource, std::string> identity_source(std::string_view text) {
  const auto colon = text.find(':');
  const auto kind = text.substr(0, colon);
  if (kind.starts_with("source_ip"))
    return failure("`" + std::string(text) + "` is not supported by this version");
  const std::string name(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (kind == "cookie" && !name.empty()) return IdentitySource{IdentityFrom::cookie, name};
  if (kind == "header" && !name.empty()) return IdentitySource{IdentityFrom::header, name};
  if (kind == "query" && !name.empty()) return IdentitySource{IdentityFrom::query, name};
  return failure("`" + std::string(text) + "` is no identity; write cookie:NAME, header:NAME or query:NAME");
}

Variant read_variant(const std::string& name, const Value& value) {
  Variant result{.name = name, .target_group = {}, .weight = {}};
  value.mapping([&](Mapping& variant) {
    variant.require("target_group", result.target_group, some_text);
    variant.require("weight", result.weight, weight);
  });
  return result;
}

void read_sticky(Mapping& sticky, Service& into) {
  if (const auto identity = sticky.find("identity")) identity->read_list(into.identity, identity_source);
  sticky.read("salt", into.salt, some_text);
  sticky.not_supported({"cookie", "hash", "pin"});
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
  limits.not_supported({"pending", "requests"});
}

}  // namespace

Service read_service(const std::string& name, const Value& value) {
  Service result{.name = name, .variants = {}, .stable = {}, .identity = {}, .salt = {}};
  value.mapping([&](Mapping& service) {
    service.require("variants");
    service.each_named("variants", [&](const std::string& variant, const Value& entry) {
      result.variants.push_back(read_variant(variant, entry));
    });
    service.read("stable", result.stable, some_text);
    service.section("sticky", [&](Mapping& sticky) { read_sticky(sticky, result); });
    service.not_supported({"fallback", "retry", "mirror", "alb_weights"});
  });
  return result;
}

TargetGroup read_target_group(const std::string& name, const Value& value) {
  TargetGroup result{.name = name, .targets = {}, .tls = {}, .limits = {}};
  value.mapping([&](Mapping& group) {
    if (!group.has("source")) group.require("targets");
    group.each("targets", [&](const Value& target) { result.targets.push_back(read_target(target)); });
    std::string protocol, algorithm;  // one choice each in this version: nothing to keep
    group.read("protocol", protocol, one_of({{"http1"}, {"http2", "grpc"}}));
    group.read("algorithm", algorithm,
               one_of({{"round_robin"}, {"least_outstanding", "weighted_random", "consistent_hash"}}));
    group.section("tls", [&](Mapping& tls) { read_tls(tls, result.tls.emplace()); });
    group.section("limits", [&](Mapping& limits) { read_limits(limits, result.limits); });
    group.not_supported({"health_check", "outlier", "slow_start", "deregistration_delay", "source"});
  });
  return result;
}

}  // namespace sluice::config

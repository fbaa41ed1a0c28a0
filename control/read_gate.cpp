#include "control/read_gate.h"

#include "control/choices.h"
#include "control/scalars.h"
#include "control/strategy_scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

const auto between_questions = duration(100ms, 1h);

ErrorRateGate read_error_rate(Mapping& gate) {
  ErrorRateGate result;
  gate.read("max_increase", result.max_increase, some_percent);
  gate.read("max", result.max, some_percent);
  gate.read("confidence", result.confidence, confidence);
  gate.read("min_requests", result.min_requests, number(1, 1'000'000'000));
  need_one_of(gate, {"max_increase", "max"});
  return result;
}

LatencyGate read_latency(Mapping& gate) {
  LatencyGate result;
  gate.read("quantile", result.quantile, quantile);
  gate.read("max_ratio", result.max_ratio, ratio);
  gate.read("max", result.max, duration(1ms, 1h));
  gate.read("confidence", result.confidence, confidence);
  need_one_of(gate, {"max_ratio", "max"});
  return result;
}

PrometheusGate read_prometheus(Mapping& gate) {
  PrometheusGate result;
  gate.require("url", result.url, http_url);
  gate.require("query", result.query, some_text);
  gate.read("max", result.max, decimal);
  gate.read("min", result.min, decimal);
  gate.read("every", result.every, between_questions);
  need_one_of(gate, {"max", "min"});
  return result;
}

WebhookGate read_webhook(Mapping& gate) {
  WebhookGate result;
  gate.require("url", result.url, http_url);
  gate.read("every", result.every, between_questions);
  return result;
}

AlarmGate read_alarm(Mapping& gate) {
  AlarmGate result;
  gate.require("cloudwatch", result.cloudwatch, some_text);
  return result;
}

}  // namespace

void read_gate(const Value& value, std::vector<Gate>& into) {
  value.mapping([&](Mapping& element) {
    element.section("error_rate", [&](Mapping& gate) { into.emplace_back(read_error_rate(gate)); });
    element.section("latency", [&](Mapping& gate) { into.emplace_back(read_latency(gate)); });
    element.section("prometheus", [&](Mapping& gate) { into.emplace_back(read_prometheus(gate)); });
    element.section("webhook", [&](Mapping& gate) { into.emplace_back(read_webhook(gate)); });
    element.section("alarm", [&](Mapping& gate) { into.emplace_back(read_alarm(gate)); });
    if (element.size() != 1) element.problem("needs exactly one gate; write each as its own element");
  });
}

}  // namespace sluice::config

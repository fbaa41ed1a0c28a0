#include "control/read_rule.h"

#include "control/read_condition.h"
#include "control/read_protection.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

Rewrite read_rewrite(Mapping& rewrite) {
  Rewrite result;
  rewrite.require("regex", result.regex, some_text);
  rewrite.require("replace", result.replace, any_text);
  return result;
}

void read_transforms(Mapping& transforms, Rule& into) {
  transforms.section("url_rewrite", [&](Mapping& rewrite) { into.url_rewrite = read_rewrite(rewrite); });
  transforms.section("host_header_rewrite",
                     [&](Mapping& rewrite) { into.host_header_rewrite = read_rewrite(rewrite); });
}

HeaderEdits read_header_edits(Mapping& edits) {
  HeaderEdits result;
  edits.each_named("set", [&](const std::string& name, const Value& value) {
    value.read(result.set.emplace_back(name, "").second, any_text);
  });
  if (const auto names = edits.find("remove")) names->read_list(result.remove, some_text);
  return result;
}

}  // namespace

Rule read_rule(const Value& value) {
  Rule result;
  value.mapping([&](Mapping& rule) {
    rule.require("priority", result.priority, number(1, 50'000));
    rule.require("conditions");
    rule.each("conditions", [&](const Value& element) {
      element.mapping([&](Mapping& condition) { read_condition(condition, result.conditions); });
    });
    rule.section("transforms", [&](Mapping& transforms) { read_transforms(transforms, result); });
    rule.section("response_headers",
                 [&](Mapping& edits) { result.response_headers = read_header_edits(edits); });
    rule.section("rate_limit", [&](Mapping& limit) { result.rate_limit = read_rate_limit(limit, "rule"); });
    rule.section("fault", [&](Mapping& fault) { result.fault = read_fault(fault); });
    result.action = read_action(rule);
  });
  return result;
}

}  // namespace sluice::config

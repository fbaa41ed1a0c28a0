#include "control/compile_listener.h"

#include <algorithm>
#include <cassert>

#include "control/address.h"
#include "control/compile_experiments.h"
#include "control/compile_listener_tls.h"
#include "control/limited_service.h"
#include "control/sharing.h"

namespace sluice {
namespace {

RedirectTemplate compile_template(UrlPart part, const std::string& text) {
  return parse_redirect(part, text).value_or(RedirectTemplate{});  // which was checked
}

std::uint32_t index_of(const config::Config& config, const std::string& service) {
  const auto found = std::ranges::find(config.services, service, &config::Service::name);
  return static_cast<std::uint32_t>(found - config.services.begin());
}

struct ActionCompiler {
  const config::Config& config;

  Action operator()(const config::Forward& from) const { return Forward{index_of(config, from.service)}; }
  Action operator()(const config::FixedResponse& from) const {
    return FixedResponse{static_cast<std::uint16_t>(from.status), from.content_type, from.body};
  }
  Action operator()(const config::Redirect& from) const {
    return Redirect{.status = static_cast<std::uint16_t>(from.status),
                    .protocol = compile_template(UrlPart::protocol, from.protocol),
                    .host = compile_template(UrlPart::host, from.host),
                    .port = compile_template(UrlPart::port, from.port),
                    .path = compile_template(UrlPart::path, from.path),
                    .query = compile_template(UrlPart::query, from.query)};
  }
};

std::optional<Rewrite> compile_rewrite(const std::optional<config::Rewrite>& from, LetterCase letters) {
  if (!from) return {};
  const auto regex = Regex::compile(from->regex, letters);
  assert(regex && "the configuration was checked");
  return Rewrite{*regex,
                 parse_replacement(from->replace, regex->groups()).value_or(std::vector<ReplacementPiece>{})};
}

Chance compile_chance(Weight percent, const std::string& name, SlotTable& decisions) {
  if (percent == Weight{}) return {};
  const std::array parts{percent, Weight{100 * Weight::unit - percent.millionths}};
  return {.width = Split::shares(parts)[0], .decision = decisions.intern(name)};
}

Fault compile_fault(const config::Fault& from, const std::string& rule, SlotTable& decisions) {
  return {.delay = compile_chance(from.delayed, rule + " delay", decisions),
          .duration = from.delay,
          .abort = compile_chance(from.aborted, rule + " abort", decisions),
          .status = from.status};
}

// A share counts the identities of the service that the rule forwards to; the check lets it stand nowhere
// else.
Rule compile_rule(const config::Rule& from, const std::string& listener, const config::Config& config,
                  Slots& slots) {
  const auto name = listener + "/" + std::to_string(from.priority);
  Rule made;
  made.priority = from.priority;
  made.action = std::visit(ActionCompiler{config}, from.action);
  const auto* forward = std::get_if<Forward>(&made.action);
  made.conditions =
      compile_conditions(from.conditions, "rule " + name, forward ? forward->service : 0, slots.decisions);
  made.url_rewrite = compile_rewrite(from.url_rewrite, LetterCase::sensitive);
  made.host_header_rewrite = compile_rewrite(from.host_header_rewrite, LetterCase::insensitive);
  if (!from.response_headers.empty())
    made.response_headers = std::make_shared<const HeaderEdits>(from.response_headers);
  made.rate_limit =
      compile_rate_limit(from.rate_limit, "rule " + name, forward ? forward->service : 0, slots.rates);
  if (from.fault)
    made.fault = std::make_shared<const Fault>(compile_fault(*from.fault, "rule " + name, slots.decisions));
  if (made.rate_limit || made.fault) made.slot = slots.rules.intern(name);
  return made;
}

RuleTable compile_rules(const config::Listener& from, const config::Config& config, Slots& slots) {
  std::vector<Rule> rules;
  for (const auto& rule : from.rules) rules.push_back(compile_rule(rule, from.name, config, slots));
  return RuleTable(std::move(rules), std::visit(ActionCompiler{config}, from.fallback));
}

// The previous object if it says the same, so that an unchanged listener is one.
std::shared_ptr<const RateLimit> compile_listener_limit(const config::Listener& from,
                                                        const config::Config& config,
                                                        const Listener* previous, Slots& slots) {
  const auto* name = config::limited_service(from);
  const auto service = name ? index_of(config, *name) : 0;
  auto made = compile_rate_limit(from.rate_limit, "listener " + from.name, service, slots.rates);
  const auto before = previous ? previous->rate_limit : nullptr;
  return before && made && *before == *made ? before : made;
}

}  // namespace

std::shared_ptr<const Listener> compile_listener(const config::Config& config, std::size_t index,
                                                 const std::shared_ptr<const Listener>& previous,
                                                 Slots& slots, config::Findings& findings) {
  const auto& from = config.listeners[index];
  const auto address = parse_listen_address(from.address).value_or(HostPort{});
  Listener made;
  made.name = from.name;
  made.slot = slots.listeners.intern(from.name);
  made.address = from.address;
  made.ip = address.host;
  made.port = address.port;
  made.h2c = from.h2c;
  made.health_path = from.health_path;
  made.escaped_slashes = from.escaped_slashes;
  made.proxy_protocol = from.proxy_protocol;
  made.limits = from.limits;
  made.rules = shared_or_new(previous ? previous->rules : nullptr, compile_rules(from, config, slots));
  made.rate_limit = compile_listener_limit(from, config, previous.get(), slots);
  if (from.tls)
    made.tls = shared_or_new(
        previous ? previous->tls : nullptr,
        compile_listener_tls(*from.tls, config::indexed("listeners", index) + ".tls", findings));
  return shared_or_new(previous, std::move(made));
}

}  // namespace sluice

#include "control/compile_listener.h"

#include <algorithm>
#include <cassert>

#include "control/address.h"
#include "control/compile_experiments.h"
#include "control/compile_listener_tls.h"
#include "control/sharing.h"

namespace sluice {
namespace {

RedirectTemplate compile_template(UrlPart part, const std::string& text) {
  return parse_redirect(part, text).value_or(RedirectTemplate{});  // which was checked
}

struct ActionCompiler {
  const config::Config& config;

  Action operator()(const config::Forward& from) const {
    const auto found = std::ranges::find(config.services, from.service, &config::Service::name);
    return Forward{static_cast<std::uint32_t>(found - config.services.begin())};
  }
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

// A share counts the identities of the service that the rule forwards to; the check lets it stand nowhere
// else.
Rule compile_rule(const config::Rule& from, const std::string& listener, const config::Config& config,
                  SlotTable& decisions) {
  Rule made;
  made.priority = from.priority;
  made.action = std::visit(ActionCompiler{config}, from.action);
  const auto* forward = std::get_if<Forward>(&made.action);
  made.conditions =
      compile_conditions(from.conditions, "rule " + listener + "/" + std::to_string(from.priority),
                         forward ? forward->service : 0, decisions);
  made.url_rewrite = compile_rewrite(from.url_rewrite, LetterCase::sensitive);
  made.host_header_rewrite = compile_rewrite(from.host_header_rewrite, LetterCase::insensitive);
  if (!from.response_headers.empty())
    made.response_headers = std::make_shared<const HeaderEdits>(from.response_headers);
  return made;
}

RuleTable compile_rules(const config::Listener& from, const config::Config& config, SlotTable& decisions) {
  std::vector<Rule> rules;
  for (const auto& rule : from.rules) rules.push_back(compile_rule(rule, from.name, config, decisions));
  return RuleTable(std::move(rules), std::visit(ActionCompiler{config}, from.fallback));
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
  made.rules =
      shared_or_new(previous ? previous->rules : nullptr, compile_rules(from, config, slots.decisions));
  if (from.tls)
    made.tls = shared_or_new(
        previous ? previous->tls : nullptr,
        compile_listener_tls(*from.tls, config::indexed("listeners", index) + ".tls", findings));
  return shared_or_new(previous, std::move(made));
}

}  // namespace sluice

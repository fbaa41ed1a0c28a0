#include "control/api/whois.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <cstdio>
#include <optional>

#include "control/address.h"
#include "control/api/flags_json.h"

namespace sluice {
namespace {

namespace json = boost::json;

double fraction(Point point) {
  return static_cast<double>(point) * 0x1p-64;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g %%", share * 100);
  return text;
}

// The arm that an identity has in a layer. Of an audience's conditions only shares are the identity's; the
// others are a request's.
struct Membership {
  const Experiment* experiment;
  const Arm* arm;  // null: not in the audience
};

bool is_in_shares(const Experiment& experiment, const std::string& identity) {
  return std::ranges::all_of(experiment.conditions, [&](const Condition& condition) {
    const auto* share = std::get_if<Share>(&condition);
    return !share || point_of(share->salt_seed, identity) < share->width;
  });
}

bool asks_the_request(const Experiment& experiment) {
  return !std::ranges::all_of(experiment.conditions, [](const Condition& condition) {
    return std::holds_alternative<Share>(condition);
  });
}

Membership membership(const Layer& layer, const Experiment& experiment, std::size_t index,
                      const std::string& identity) {
  const bool inside = layer.split.variant_at(point_of(layer.salt_seed, identity)) == index;
  if (!inside || !is_in_shares(experiment, identity)) return {&experiment, nullptr};
  return {&experiment, &arm_of(experiment, identity)};
}

std::vector<Membership> memberships(const Service& service, const std::string& identity) {
  std::vector<Membership> all;
  for (const auto& layer : service.layers)
    for (std::size_t i = 0; i < layer->experiments.size(); ++i)
      if (layer->experiments[i]->service == service.name)
        all.push_back(membership(*layer, *layer->experiments[i], i, identity));
  return all;
}

std::string reason_of(const Membership& found) {
  const auto& experiment = *found.experiment;
  const auto share = percent(experiment.share.value() / 100);
  if (!found.arm)
    return "not among the " + share + " that the audience is drawn from, or its share conditions";
  std::string reason = "among the " + share + " of the audience";
  if (asks_the_request(experiment)) reason += ", on requests that meet its conditions";
  return reason + "; the arm's weight is " + found.arm->weight.text();
}

bool is_withdrawn(const Service& service, const Arm& arm) {
  return arm.variant && service.variants[*arm.variant].withdrawn;
}

json::array experiments(const Service& service, const std::vector<Membership>& all) {
  json::array made;
  for (const auto& found : all) {
    json::value arm;
    auto reason = reason_of(found);
    if (found.arm && is_withdrawn(service, *found.arm))
      reason = "arm `" + found.arm->name + "` is off: its variant was withdrawn";
    else if (found.arm)
      arm = json::string(found.arm->name);
    made.push_back(
        json::object{{"name", found.experiment->name}, {"arm", std::move(arm)}, {"reason", reason}});
  }
  return made;
}

struct Choice {
  std::string variant, reason;
};

Choice choose(const Service& service, const std::vector<Membership>& all, const std::string& identity) {
  for (const auto& [experiment, arm] : all)
    if (arm && arm->variant && !asks_the_request(*experiment) && !is_withdrawn(service, *arm))
      return {service.variants[*arm->variant].name,
              "experiment `" + experiment->name + "`: arm `" + arm->name + "` forces it"};
  if (service.vendor) {
    const auto& variant = service.variants[service.vendor->variant_at(identity)];
    return {variant.name, "split by the hash of `sticky.hash`; weight " + variant.weight.text()};
  }
  const auto point = point_of(service.salt_seed, identity);
  const auto index = service.split.variant_at(point);
  const auto& variant = service.variants[index];
  const auto share = static_cast<double>(service.split.share_of(index)) * 0x1p-64;
  return {variant.name, "split: point " + percent(fraction(point)) + " of the line lies in the variant's " +
                            percent(share)};
}

// The bytes that the service would see: of its cookie's value the id, of an address its network.
std::string identity_of(const Service& service, const std::string& given) {
  if (service.identity.cookie)
    if (const auto id = signed_id(*service.identity.cookie, given)) return std::string(*id);
  const auto range = parse_range(given);
  for (const auto& source : service.identity.sources)
    if (AddressText text; source.from == IdentityFrom::address && range && given.find('/') == given.npos)
      return std::string(text.write(range->address, source));
  return given;
}

}  // namespace

json::object whois_json(const Service& service, const std::string& given) {
  const auto identity = identity_of(service, given);
  const auto all = memberships(service, identity);
  auto choice = choose(service, all, identity);
  if (service.pin) choice.reason += "; a pin that the user still has goes before it";
  json::object flags;
  for (const auto& [experiment, arm] : all)
    if (arm && !is_withdrawn(service, *arm))
      for (const auto& flag : flags_json(arm->flags)) flags.insert_or_assign(flag.key(), flag.value());
  return {{"service", service.name},
          {"identity", identity},
          {"point", std::round(fraction(point_of(service.salt_seed, identity)) * 1e9) / 1e9},
          {"variant", choice.variant},
          {"reason", choice.reason},
          {"experiments", experiments(service, all)},
          {"flags", std::move(flags)}};
}

}  // namespace sluice

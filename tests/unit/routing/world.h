// A snapshot of one service for tests of what is decided about its requests: changed at will, then asked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "routing/router.h"
#include "routing/snapshot.h"

namespace sluice {

struct World {
  SlotTable decisions, slots;
  Service shop = make_shop();
  Arrival arrival{
      .now = UnixSeconds(std::chrono::seconds(1'800'000'000)), .trusted = false, .fresh_id = {7, 7, 7}};
  Sequences sequences{42};

  static Weight weight(double value) { return {static_cast<std::uint64_t>(value * Weight::unit)}; }
  static SigningKeys keys(std::uint8_t seed = 1) {
    SigningKey key;
    key.fill(seed);
    return SigningKeys({key});
  }

  Service make_shop() {
    const std::array weights{weight(90), weight(10)};
    Service service{.name = "shop",
                    .slot = decisions.intern("split/shop"),
                    .variants = {{"blue", weights[0], {}, slots.intern("shop/blue")},
                                 {"green", weights[1], {}, slots.intern("shop/green")}},
                    .stable = 0,
                    .split = Split::from_weights(weights),
                    .identity = {{{.from = IdentityFrom::header, .name = "X-User-Id"}}, nullptr},
                    .salt_seed = salt_seed("shop")};
    service.override_keys = keys();
    return service;
  }

  // An experiment with a layer to itself.
  Experiment experiment(const std::string& name, double share, std::vector<Arm> arms) {
    std::vector<Weight> weights;
    for (auto& arm : arms) {
      arm.slot = slots.intern(name + "/" + arm.name);
      weights.push_back(arm.weight);
    }
    return {.name = name,
            .service = "shop",
            .share = weight(share),
            .conditions = {},
            .arms = std::move(arms),
            .split = Split::from_weights(weights),
            .division = 1,
            .salt_seed = salt_seed("arm/" + name),
            .slot = decisions.intern("arm/" + name)};
  }
  void add(const Experiment& experiment) { add_layer("audience/" + experiment.name, {experiment}); }
  void add_layer(const std::string& name, const std::vector<Experiment>& experiments) {
    std::vector<std::shared_ptr<const Experiment>> members;
    std::vector<Weight> weights;
    Weight nobody = weight(100);
    for (const auto& each : experiments) {
      members.push_back(std::make_shared<const Experiment>(each));
      weights.push_back(each.share);
      nobody.millionths -= each.share.millionths;
    }
    weights.push_back(nobody);
    shop.layers.push_back(std::make_shared<const Layer>(Layer{.name = name,
                                                              .experiments = std::move(members),
                                                              .split = Split::from_weights(weights),
                                                              .salt_seed = salt_seed(name),
                                                              .slot = decisions.intern(name)}));
  }

  struct Answer {
    Assignment assignment;
    std::string variant;
    std::optional<std::string> identity;
    std::vector<std::string> arms;  // "experiment/arm"
  };
  Answer ask(const RequestHead& head) {
    Snapshot snapshot;
    snapshot.services.push_back(std::make_shared<const Service>(shop));
    Visitor visitor(snapshot, head, arrival, sequences);
    Answer answer{
        .assignment = assign(*snapshot.services[0], visitor), .variant = {}, .identity = {}, .arms = {}};
    answer.variant = answer.assignment.variant->name;
    if (const auto& value = answer.assignment.identity.value) answer.identity = std::string(*value);
    for (const auto& [experiment, arm] : answer.assignment.exposures)
      answer.arms.push_back(experiment->name + "/" + arm->name);
    return answer;
  }
};

}  // namespace sluice

// All that is decided about one request, with everything turned on: the rule among a hundred, the identity
// from a signed cookie among ten, the split, two experiments, and the flags that go to the upstream.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/micro/allocations.h"
#include "proxy/head_writer.h"
#include "routing/router.h"
#include "routing/rule_table.h"
#include "routing/snapshot.h"

namespace sluice::bench {
namespace {

constexpr Weight one{Weight::unit};

SigningKeys some_keys() {
  SigningKey key;
  key.fill(7);
  return SigningKeys({key});
}

std::shared_ptr<const Layer> layer_of(const std::string& name, SlotTable& slots) {
  const std::array weights{one, one};
  std::vector<Arm> arms(2);
  for (auto& arm : arms) arm.members = name + "=\"v2\", one-click";
  auto experiment = std::make_shared<const Experiment>(Experiment{.name = name,
                                                                  .service = "shop",
                                                                  .share = {},
                                                                  .conditions = {},
                                                                  .arms = std::move(arms),
                                                                  .split = Split::from_weights(weights),
                                                                  .division = 1,
                                                                  .salt_seed = salt_seed("arm/" + name),
                                                                  .slot = slots.intern("arm/" + name)});
  const std::array everybody{one, Weight{}};
  return std::make_shared<const Layer>(Layer{.name = name,
                                             .experiments = {std::move(experiment)},
                                             .split = Split::from_weights(everybody),
                                             .salt_seed = salt_seed(name),
                                             .slot = slots.intern(name)});
}

Service shop(SlotTable& slots) {
  const std::array weights{Weight{90 * Weight::unit}, Weight{10 * Weight::unit}};
  Service made{.name = "shop",
               .slot = slots.intern("split/shop"),
               .variants = {{"blue", weights[0], {}, {}}, {"green", weights[1], {}, {}}},
               .stable = 0,
               .split = Split::from_weights(weights),
               .identity = {{},
                            std::make_shared<const IdentityCookie>(
                                IdentityCookie{.name = "sluice_id", .max_age = {}, .keys = some_keys()})},
               .salt_seed = salt_seed("shop")};
  made.layers = {layer_of("search", slots), layer_of("checkout", slots)};
  return made;
}

RuleTable hundred_rules() {
  std::vector<Rule> rules(100);
  for (std::int32_t i = 0; i < 100; ++i) {
    auto& rule = rules[static_cast<std::size_t>(i)];
    rule.priority = i + 1;
    rule.conditions.emplace_back(PathPattern{{{"/service-" + std::to_string(i) + "/*"}}});
    rule.action = Forward{0};
  }
  return RuleTable(std::move(rules), Forward{0});
}

std::string ten_cookies(const IdentityCookie& cookie) {
  std::string header;
  for (int i = 0; i < 9; ++i) header += "tracking_" + std::to_string(i) + "=GA1.2.1234567890.1700000000; ";
  const auto value = cookie_value(cookie, id_text({1, 2, 3}));
  return header + "sluice_id=" + std::string(value.data(), value.size());
}

void whole_decision(benchmark::State& state) {
  SlotTable slots;
  Snapshot snapshot;
  snapshot.services.push_back(std::make_shared<const Service>(shop(slots)));
  const auto& service = *snapshot.services[0];
  const auto rules = hundred_rules();
  const auto cookies = ten_cookies(*service.identity.cookie);
  RequestHead head;
  head.method = "GET";
  head.path = head.target = "/service-99/cart/items";
  head.authority = "shop.example.com";
  static_cast<void>(head.fields.add({.name = "Cookie", .value = cookies, .id = HeaderId::cookie}));
  Sequences sequences(1);
  const Arrival arrival;
  std::array<char, 256> block;
  const AllocationCount count(state);
  for (auto _ : state) {
    Visitor visitor(snapshot, head, arrival, sequences);
    benchmark::DoNotOptimize(&rules.find(head, visitor));
    const auto assignment = assign(service, visitor);
    HeadWriter writer(block);
    for (const auto& exposure : assignment.exposures) writer << ", " << exposure.arm->members;
    benchmark::DoNotOptimize(writer.text().data());
    benchmark::DoNotOptimize(assignment.variant);
    if (assignment.identity.minted) state.SkipWithError("the cookie was not believed");
  }
}

BENCHMARK(whole_decision);

}  // namespace
}  // namespace sluice::bench

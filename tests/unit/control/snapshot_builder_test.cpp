// What a snapshot takes from the file, and what from the snapshot before it.
#include "control/snapshot_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "routing/hash_ring.h"
#include "tests/unit/control/configs.h"
#include "tests/unit/control/scratch_folder.h"
#include "tests/unit/control/test_certificates.h"
#include "tests/unit/routing/share_points.h"

namespace sluice {
namespace {

using testing::ElementsAre;

constexpr Weight weight(std::uint64_t number) {
  return {number * Weight::unit};
}

class SnapshotBuilderTest : public testing::Test {
 protected:
  Result<std::shared_ptr<const Snapshot>, std::vector<config::Problem>> try_build(const std::string& text,
                                                                                  const Snapshot* previous) {
    const auto parsed = read_config_text(text, folder_.file("sluice.yaml"));
    EXPECT_THAT(lines(parsed.problems), testing::IsEmpty());
    return builder_.build(parsed.config, ++revision_, previous);
  }

  std::shared_ptr<const Snapshot> build(const std::string& text, const Snapshot* previous = nullptr) {
    auto snapshot = try_build(text, previous);
    if (!snapshot) throw std::runtime_error(lines(snapshot.error()).front());
    return *snapshot;
  }

  ScratchFolder folder_;
  SnapshotBuilder builder_{Secrets{"a secret of the tests alone"}};
  std::uint64_t revision_ = 0;
};

std::vector<Weight> weights_of(const Service& service) {
  std::vector<Weight> weights;
  for (const auto& variant : service.variants) weights.push_back(variant.weight);
  return weights;
}

TEST_F(SnapshotBuilderTest, Quickstart_IsCompiled) {
  const auto snapshot = build(quickstart);
  EXPECT_EQ(snapshot->revision, 1u);
  const auto& web = *snapshot->listeners[0];
  EXPECT_EQ(web.ip, "127.0.0.1");
  EXPECT_EQ(web.port, 8080);
  FixedPoints points;
  EXPECT_EQ(std::get<Forward>(web.rules->find({}, points).action).service, 0u);
  const auto& shop = *snapshot->services[0];
  EXPECT_EQ(shop.name, "shop");
  EXPECT_EQ(shop.salt_seed, salt_seed("shop"));
  EXPECT_EQ(shop.stable, 0u);
  EXPECT_THAT(weights_of(shop), ElementsAre(weight(90), weight(10)));
  EXPECT_EQ(shop.split, Split::from_weights(weights_of(shop)));
  const auto& target = shop.variants[1].group->targets[0];
  EXPECT_EQ(target.address, "127.0.0.1:9002");
  EXPECT_EQ(target.ip, "127.0.0.1");
  EXPECT_EQ(target.port, 9002);
}

TEST_F(SnapshotBuilderTest, Stable_IsTheLargestFirstWeightAndStaysThat) {
  const auto text = with(with(quickstart, "weight: 90", "weight: 5"), "weight: 10 }", "weight: 95 }");
  const auto first = build(text);
  EXPECT_EQ(first->services[0]->stable, 1u);
  EXPECT_EQ(build(quickstart, first.get())->services[0]->stable, 1u) << "the file's weights are no first ones any more";
  const auto named = with(text, "    sticky:", "    stable: blue\n    sticky:");
  EXPECT_EQ(build(named, first.get())->services[0]->stable, 0u);
}

TEST_F(SnapshotBuilderTest, SameFileAgain_SharesEveryPart) {
  const auto first = build(quickstart);
  const auto second = build(quickstart, first.get());
  EXPECT_EQ(second->revision, 2u);
  EXPECT_EQ(second->services, first->services);
  EXPECT_EQ(second->listeners, first->listeners);
}

TEST_F(SnapshotBuilderTest, OneGroupChanged_TheRestIsShared) {
  const auto first = build(quickstart);
  const auto second = build(with(quickstart, "127.0.0.1:9002", "127.0.0.1:9003"), first.get());
  const auto &before = *first->services[0], &after = *second->services[0];
  EXPECT_NE(first->services[0], second->services[0]);
  EXPECT_EQ(before.variants[0].group, after.variants[0].group);
  EXPECT_NE(before.variants[1].group, after.variants[1].group);
  EXPECT_EQ(before.variants[1].slot, after.variants[1].slot);
  EXPECT_EQ(before.variants[1].group->slot, after.variants[1].group->slot);
  EXPECT_NE(before.variants[1].group->targets[0].slot, after.variants[1].group->targets[0].slot);
  EXPECT_EQ(first->listeners, second->listeners);
}

TEST_F(SnapshotBuilderTest, OnlyLimitsOfAListenerChanged_ItsRulesAreShared) {
  const auto first = build(quickstart);
  const auto second =
      build(with(quickstart, "    default:", "    limits: { body: 1KiB }\n    default:"), first.get());
  EXPECT_NE(first->listeners[0], second->listeners[0]);
  EXPECT_EQ(first->listeners[0]->rules, second->listeners[0]->rules);
  EXPECT_EQ(second->listeners[0]->limits.body, 1024u);
}

TEST_F(SnapshotBuilderTest, Balancing_IsCompiledIntoTheGroup) {
  const auto text = with("zone: a\n" + quickstart, "targets: [127.0.0.1:9002]",
                         "targets: [127.0.0.1:9002], algorithm: consistent_hash, hash_by: header:X-Tenant, "
                         "slow_start: 3s, outlier: { panic_threshold: 40% }");
  const auto snapshot = build(text);
  const auto& variants = snapshot->services[0]->variants;
  const auto &plain = *variants[0].group, &hashed = *variants[1].group;
  EXPECT_EQ(plain.zone, "a");
  EXPECT_EQ(plain.ring, nullptr);
  EXPECT_EQ(hashed.algorithm, Algorithm::consistent_hash);
  EXPECT_EQ(hashed.hash_by, (HashBy{HashBy::From::header, "X-Tenant"}));
  EXPECT_EQ(hashed.slow_start, std::chrono::seconds(3));
  EXPECT_EQ(hashed.panic_threshold, weight(40));
  EXPECT_EQ(hashed.ring->size(), HashRing::most_places);
}

TEST_F(SnapshotBuilderTest, RingOfTheSameTargets_IsShared) {
  const auto text = with(quickstart, "targets: [127.0.0.1:9002]",
                         "targets: [127.0.0.1:9002], algorithm: consistent_hash");
  const auto first = build(text);
  EXPECT_EQ(build(text, first.get())->services, first->services);
  const auto ring = [](const auto& snapshot) { return snapshot->services[0]->variants[1].group->ring; };
  const auto other_limits = build(with(text, "algorithm:", "slow_start: 1s, algorithm:"), first.get());
  EXPECT_EQ(ring(other_limits), ring(first));
  EXPECT_NE(ring(build(with(text, "9002", "9003"), first.get())), ring(first));
}

TEST_F(SnapshotBuilderTest, GroupOfTwoVariants_IsOne) {
  const auto snapshot = build(with(quickstart, "shop-green, ", "shop-blue, "));
  EXPECT_EQ(snapshot->services[0]->variants[0].group, snapshot->services[0]->variants[1].group);
}

TEST_F(SnapshotBuilderTest, WeightsOfTheFileChanged_ARunningServiceKeepsItsOwn) {
  const auto first = build(quickstart);
  const auto second = build(with(quickstart, "weight: 10", "weight: 50"), first.get());
  EXPECT_EQ(second->services, first->services);
}

TEST_F(SnapshotBuilderTest, WeightsSetAndFileReadAgain_TheSetOnesStay) {
  const auto first = build(quickstart);
  const Weight half[] = {weight(50), weight(50)};
  const auto set = *builder_.with_weights(*first, 0, half, 7);
  const auto again = build(quickstart, set.get());
  EXPECT_EQ(again->services, set->services);
}

TEST_F(SnapshotBuilderTest, WithWeights_MovesTheFewestAndSharesTheRest) {
  const auto first = build(quickstart);
  const Weight weights[] = {weight(80), weight(20)};
  const auto set = *builder_.with_weights(*first, 0, weights, 7);
  EXPECT_EQ(set->revision, 7u);
  EXPECT_EQ(set->listeners, first->listeners);
  const auto& shop = *set->services[0];
  EXPECT_EQ(weights_of(shop), (std::vector(std::begin(weights), std::end(weights))));
  EXPECT_EQ(shop.split, first->services[0]->split.rebalanced(weights).split);
  EXPECT_EQ(shop.variants[0].group, first->services[0]->variants[0].group);
}

const std::string canary = "      canary: { target_group: shop-green, weight: 30 }\n    sticky:";

TEST_F(SnapshotBuilderTest, VariantAdded_EntersAtZero) {
  const auto first = build(quickstart);
  const auto second = build(with(quickstart, "    sticky:", canary), first.get());
  EXPECT_THAT(weights_of(*second->services[0]), ElementsAre(weight(90), weight(10), weight(0)));
  EXPECT_EQ(second->services[0]->split, first->services[0]->split);
}

TEST_F(SnapshotBuilderTest, VariantsReordered_UsersStayWithTheirs) {
  const auto first = build(quickstart);
  const auto blue = "      blue:  { target_group: shop-blue,  weight: 90 }\n";
  const auto text = with(with(quickstart, blue, ""), "    sticky:", std::string(blue) + "    sticky:");
  const auto second = build(text, first.get());
  const auto &before = *first->services[0], &after = *second->services[0];
  EXPECT_EQ(after.variants[0].name, "green");
  for (const Point point : {Point{0}, ~Point{0} / 2, ~Point{0} / 20 * 19, ~Point{0}})
    EXPECT_EQ(after.variants[after.split.variant_at(point)].name,
              before.variants[before.split.variant_at(point)].name);
}

TEST_F(SnapshotBuilderTest, VariantWithWeightRemoved_IsRefused) {
  const auto first = build(quickstart);
  const auto text = with(quickstart, "      green: { target_group: shop-green, weight: 10 }\n", "");
  const auto second = try_build(text, first.get());
  ASSERT_FALSE(second);
  EXPECT_THAT(
      lines(second.error()),
      ElementsAre("9:7: services.shop.variants: `green` is gone but has weight 10; set that to 0 first"));
}

TEST_F(SnapshotBuilderTest, VariantWithoutWeightRemoved_IsFine) {
  const auto first = build(quickstart);
  const Weight weights[] = {weight(90), weight(0)};
  const auto set = *builder_.with_weights(*first, 0, weights, 2);
  const auto text = with(quickstart, "      green: { target_group: shop-green, weight: 10 }\n", "");
  const auto after = build(text, set.get());
  EXPECT_THAT(weights_of(*after->services[0]), ElementsAre(weight(90)));
  EXPECT_EQ(after->services[0]->split.share_of(0), Split::Share{1} << 64);
}

TEST_F(SnapshotBuilderTest, ServiceBeforeAnother_RulesFollowTheNewNumbers) {
  const auto first = build(quickstart);
  const auto text =
      with(quickstart, "services:\n",
           "services:\n  api: { variants: { only: { target_group: shop-blue, weight: 1 } } }\n");
  const auto second = build(text, first.get());
  FixedPoints points;
  EXPECT_EQ(std::get<Forward>(second->listeners[0]->rules->find({}, points).action).service, 1u);
  EXPECT_EQ(second->services[1], first->services[0]);
}

TEST_F(SnapshotBuilderTest, NameThatDoesNotResolve_IsAProblem) {
  const auto snapshot = try_build(with(quickstart, "127.0.0.1:9001", "app.invalid:9001"), nullptr);
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(lines(snapshot.error())[0].find(
                "14:27: target_groups.shop-blue.targets[0]: `app.invalid` does not resolve"),
            0u);
}

class CertificatesTest : public SnapshotBuilderTest {
 protected:
  void write(const Certificate& pair) const {
    folder_.write("a.pem", pair.chain);
    folder_.write("a.key", pair.key);
  }
  const std::string https_ =
      with(quickstart, "127.0.0.1:8080",
           "127.0.0.1:8443\n    protocol: https\n    tls: { certificates: [{ cert: a.pem, key: "
           "a.key }] }");
};

TEST_F(CertificatesTest, SameFilesAgain_AreTheSameMaterial) {
  write(make_certificate("a"));
  const auto first = build(https_);
  ASSERT_TRUE(first->listeners[0]->tls);
  EXPECT_EQ(build(https_, first.get())->listeners[0], first->listeners[0]);
}

TEST_F(CertificatesTest, Renewed_AreNewMaterialWithTheSameRules) {
  write(make_certificate("a"));
  const auto first = build(https_);
  const auto renewed = make_certificate("a");
  write(renewed);
  const auto second = build(https_, first.get());
  EXPECT_EQ(second->listeners[0]->tls->certificates, std::vector{renewed});
  EXPECT_EQ(second->listeners[0]->rules, first->listeners[0]->rules);
}

TEST_F(CertificatesTest, RenewedBadly_AreRefused) {
  write(make_certificate("a"));
  const auto first = build(https_);
  folder_.write("a.key", make_certificate("b").key);
  EXPECT_FALSE(try_build(https_, first.get()));
}

const std::string experiments = R"(
experiments:
  one: { service: shop, exclusive: page, audience: { share: 20% }, arms: { a: { weight: 1 }, b: { weight: 1 } } }
  two: { service: shop, exclusive: page, audience: { share: 30% }, arms: { a: { weight: 1 } } }
  alone: { service: shop, arms: { on: { weight: 1, flags: { new: true, limit: 3 }, variant: green } } }
)";

std::vector<std::string> layer_names(const Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& layer : snapshot.layers) names.push_back(layer->name);
  return names;
}

// Whom a layer's line gives to an experiment (by its name) over many points.
std::vector<std::string> line_of(const Layer& layer) {
  std::vector<std::string> owners;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto index = layer.split.variant_at(i << 54);
    owners.push_back(index == layer.experiments.size() ? "" : layer.experiments[index]->name);
  }
  return owners;
}

TEST_F(SnapshotBuilderTest, Experiments_ExclusiveOnesShareALayer) {
  const auto snapshot = build(quickstart + experiments);
  EXPECT_THAT(layer_names(*snapshot), ElementsAre("exclusive/page", "audience/alone"));
  EXPECT_EQ(snapshot->services[0]->layers.size(), 2u);
  const auto& arm = snapshot->layers[1]->experiments[0]->arms[0];
  EXPECT_EQ(arm.members, "new, limit=3");
  EXPECT_EQ(arm.variant, 1u);
}

TEST_F(SnapshotBuilderTest, SameExperimentsAgain_AreTheSameObjects) {
  const auto first = build(quickstart + experiments);
  const auto second = build(quickstart + experiments, first.get());
  EXPECT_EQ(first->layers, second->layers);
  EXPECT_EQ(first->services, second->services);
}

TEST_F(SnapshotBuilderTest, OneExperimentGrows_NobodyOfAnotherMoves) {
  const auto first = build(quickstart + experiments);
  const auto second = build(with(quickstart + experiments, "share: 20%", "share: 45%"), first.get());
  const auto before = line_of(*first->layers[0]), after = line_of(*second->layers[0]);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] == "two") {
      EXPECT_EQ(after[i], "two");
    }
    if (before[i] == "one") {
      EXPECT_EQ(after[i], "one");
    }
  }
  EXPECT_EQ(first->layers[1], second->layers[1]);
}

TEST_F(SnapshotBuilderTest, ExperimentGoneOrNew_LeavesTheOthersWhereTheyWere) {
  const auto first = build(quickstart + experiments);
  const auto without = with(quickstart + experiments, "  one: {", "  new: {");
  const auto second = build(without, first.get());
  const auto before = line_of(*first->layers[0]), after = line_of(*second->layers[0]);
  EXPECT_EQ(std::ranges::count(after, "one"), 0);
  EXPECT_EQ(second->layers[0]->split.share_of(0), first->layers[0]->split.share_of(0));
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i] == "two") {
      EXPECT_EQ(after[i], "two");
    }
}

TEST_F(SnapshotBuilderTest, ArmsWeightsChange_MovesTheFewestAndBeginsAnewTheCounting) {
  const auto first = build(quickstart + experiments);
  const auto second =
      build(with(quickstart + experiments, "a: { weight: 1 }, b", "a: { weight: 3 }, b"), first.get());
  const auto &before = *first->layers[0]->experiments[0], &after = *second->layers[0]->experiments[0];
  EXPECT_NE(before.division, after.division);
  for (std::uint64_t i = 0; i < 1000; ++i)
    if (before.split.variant_at(i << 54) == 0) {
      EXPECT_EQ(after.split.variant_at(i << 54), 0u);
    }
}

TEST_F(SnapshotBuilderTest, StickyCookie_IsSignedByTheFilesSecretsAndSharedUntilTheyChange) {
  folder_.write("cookie.key", "0123456789abcdef\n");
  const auto text =
      with(quickstart, "sticky:\n", "sticky:\n      cookie: { secret_file: cookie.key }\n      pin: 5m\n");
  const auto first = build(text);
  const auto& cookie = first->services[0]->identity.cookie;
  EXPECT_EQ(cookie->name, "sluice_id");
  EXPECT_EQ(cookie->max_age, std::chrono::days(30));
  EXPECT_EQ(cookie->keys, derive_keys({"0123456789abcdef"}, "identity"));
  EXPECT_EQ(first->services[0]->pin->keys, derive_keys({"0123456789abcdef"}, "pin shop"));
  EXPECT_EQ(build(text, first.get())->services[0], first->services[0]);
  folder_.write("cookie.key", "fedcba9876543210\n0123456789abcdef\n");
  EXPECT_NE(build(text, first.get())->services[0], first->services[0]);
}

TEST_F(SnapshotBuilderTest, VendorsHash_FollowsTheWeights) {
  const auto first = build(with(quickstart, "sticky:\n", "sticky:\n      hash: unleash\n"));
  ASSERT_TRUE(first->services[0]->vendor);
  const std::array all_green{Weight{}, weight(1)};
  const auto second = builder_.with_weights(*first, 0, all_green, 2);
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->services[0]->vendor->variant_at("anybody"), 1u);
  const std::array too_fine{weight(1), weight(1'000'000)};
  EXPECT_FALSE(builder_.with_weights(*first, 0, too_fine, 2));
}

}  // namespace
}  // namespace sluice

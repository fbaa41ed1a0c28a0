#include "routing/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/routing/heads.h"
#include "tests/unit/routing/world.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RequestHead user(std::string_view id) {
  return head_of("GET", "/", "", {{"X-User-Id", id}});
}

Arm arm(std::string name, double weight, std::optional<std::uint32_t> variant = {}) {
  return {.name = std::move(name),
          .weight = World::weight(weight),
          .flags = {},
          .members = {},
          .variant = variant,
          .slot = {}};
}

// The first of "u0", "u1", … whom the split gives to this variant.
std::string user_of(World& world, const std::string& variant) {
  for (int i = 0;; ++i) {
    auto id = "u" + std::to_string(i);
    if (world.ask(user(id)).variant == variant) return id;
  }
}

TEST(Assign, RequestWithIdentity_GoesByItsPointAndLeavesTheSequenceAlone) {
  World world;
  const auto answer = world.ask(user("u7"));
  EXPECT_EQ(answer.identity, "u7");
  EXPECT_EQ(answer.assignment.point, point_of(world.shop.salt_seed, "u7"));
  EXPECT_EQ(answer.assignment.by, ChosenBy::split);
  Sequences untouched(42);
  EXPECT_EQ(world.sequences.next_of_split(world.shop.slot), untouched.next_of_split(world.shop.slot));
}

TEST(Assign, RequestWithoutIdentity_TakesTheNextPointOfItsOwnSequence) {
  World world;
  Sequences same(42);
  for (int i = 0; i < 3; ++i) {
    const auto answer = world.ask(head_of("GET", "/"));
    EXPECT_FALSE(answer.identity);
    EXPECT_EQ(answer.assignment.point, same.next_of_split(world.shop.slot));
  }
}

TEST(Assign, NoIdentityButACookieToGive_MintsOneThatDecidesThisVeryRequest) {
  World world;
  world.shop.identity.cookie = std::make_shared<const IdentityCookie>(
      IdentityCookie{.name = "sluice_id", .max_age = std::chrono::hours(1), .keys = World::keys()});
  const auto first = world.ask(head_of("GET", "/"));
  EXPECT_TRUE(first.assignment.identity.minted);
  EXPECT_EQ(first.assignment.identity.cookie, CookieVerdict::absent);
  EXPECT_EQ(first.assignment.point, point_of(world.shop.salt_seed, *first.identity));

  IdText id;
  first.identity->copy(id.data(), id.size());
  const auto value = cookie_value(*world.shop.identity.cookie, id);
  const auto header = "sluice_id=" + std::string(value.data(), value.size());
  world.arrival.fresh_id = {9};
  const auto second = world.ask(head_of("GET", "/", "", {{"Cookie", header}}));
  EXPECT_FALSE(second.assignment.identity.minted);
  EXPECT_EQ(second.identity, first.identity);
  EXPECT_EQ(second.assignment.point, first.assignment.point);

  const auto forged = world.ask(head_of("GET", "/", "", {{"Cookie", "sluice_id=forged"}}));
  EXPECT_TRUE(forged.assignment.identity.minted);
  EXPECT_EQ(forged.assignment.identity.cookie, CookieVerdict::forged);
  EXPECT_NE(forged.identity, first.identity);

  EXPECT_EQ(world.ask(user("u7")).identity, "u7") << "who brings an identity needs none";
  EXPECT_FALSE(world.ask(user("u7")).assignment.identity.minted);
}

TEST(Assign, Override_GoesBeforeAllElse) {
  World world;
  world.arrival.trusted = true;
  world.add(world.experiment("e", 100, {arm("a", 1, 0)}));
  const auto blue = user_of(world, "blue");
  const auto answer =
      world.ask(head_of("GET", "/", "", {{"X-User-Id", blue}, {"X-Sluice-Override", "shop=green"}}));
  EXPECT_EQ(answer.variant, "green");
  EXPECT_EQ(answer.assignment.by, ChosenBy::override_header);
  EXPECT_EQ(answer.assignment.override_verdict, OverrideVerdict::applied);
}

TEST(Assign, ListenerForTesters_GetsWhatIsTested) {
  World world;
  world.shop.test = std::make_shared<TestTraffic>(TestTraffic{"testers", "green"});
  const auto blue = user_of(world, "blue");
  world.arrival.listener = "web";
  EXPECT_EQ(world.ask(head_of("GET", "/", "", {{"X-User-Id", blue}})).variant, "blue");
  world.arrival.listener = "testers";
  const auto answer = world.ask(head_of("GET", "/", "", {{"X-User-Id", blue}}));
  EXPECT_EQ(answer.variant, "green");
  EXPECT_EQ(answer.assignment.by, ChosenBy::override_header);
}

TEST(Assign, OverrideThatIsRefused_ChangesNothing) {
  World world;
  const auto blue = user_of(world, "blue");
  for (const bool trusted : {false, true}) {
    world.arrival.trusted = trusted;
    const auto answer = world.ask(head_of(
        "GET", "/", "", {{"X-User-Id", blue}, {"X-Sluice-Override", trusted ? "shop=pink" : "shop=green"}}));
    EXPECT_EQ(answer.variant, "blue");
    EXPECT_EQ(answer.assignment.by, ChosenBy::split);
    EXPECT_EQ(answer.assignment.override_verdict, OverrideVerdict::refused);
  }
}

TEST(Assign, ExperimentForcesAVariant_PinDoesNotUndoIt) {
  World world;
  const auto blue = user_of(world, "blue");
  world.shop.pin = std::make_shared<const PinPolicy>(
      PinPolicy{.cookie = "p", .duration = std::chrono::minutes(1), .keys = World::keys(3)});
  const PinValue pin(*world.shop.pin, "blue", world.arrival.now);
  const auto header = "p=" + std::string(pin.text());
  const auto head = head_of("GET", "/", "", {{"X-User-Id", blue}, {"Cookie", header}});
  EXPECT_EQ(world.ask(head).assignment.by, ChosenBy::pin);
  world.add(world.experiment("e", 100, {arm("a", 1, 1)}));
  EXPECT_EQ(world.ask(head).variant, "green");
  EXPECT_EQ(world.ask(head).assignment.by, ChosenBy::experiment);
}

TEST(Assign, PinnedUser_StaysUntilThePinEndsWhateverTheSplitSays) {
  World world;
  const auto blue = user_of(world, "blue");
  world.shop.pin = std::make_shared<const PinPolicy>(
      PinPolicy{.cookie = "p", .duration = std::chrono::minutes(1), .keys = World::keys(3)});
  const PinValue pin(*world.shop.pin, "green", world.arrival.now);
  const auto header = "p=" + std::string(pin.text());
  const auto head = head_of("GET", "/", "", {{"X-User-Id", blue}, {"Cookie", header}});
  EXPECT_EQ(world.ask(head).variant, "green");
  world.arrival.now += std::chrono::minutes(2);
  EXPECT_EQ(world.ask(head).variant, "blue");
}

TEST(Assign, WithdrawnVariant_OnlyAnOverrideReaches) {
  World world;
  const auto blue = user_of(world, "blue");
  world.shop.variants[1].withdrawn = true;
  world.shop.pin = std::make_shared<const PinPolicy>(
      PinPolicy{.cookie = "p", .duration = std::chrono::minutes(1), .keys = World::keys(3)});
  const PinValue pin(*world.shop.pin, "green", world.arrival.now);
  const auto header = "p=" + std::string(pin.text());
  world.add(world.experiment("e", 100, {arm("a", 1, 1)}));
  const auto pinned = world.ask(head_of("GET", "/", "", {{"X-User-Id", blue}, {"Cookie", header}}));
  EXPECT_EQ(pinned.variant, "blue");
  EXPECT_THAT(pinned.arms, IsEmpty()) << "an arm without its variant is half a treatment";
  world.arrival.trusted = true;
  const auto tester = head_of("GET", "/", "", {{"X-User-Id", blue}, {"X-Sluice-Override", "shop=green"}});
  EXPECT_EQ(world.ask(tester).variant, "green");
}

TEST(Assign, VendorsHash_DecidesForThoseWithIdentity) {
  World world;
  const std::array weights{World::weight(90), World::weight(10)};
  world.shop.vendor =
      std::make_shared<const VendorSplit>(*VendorSplit::make(HashMethod::flagd_v2, "shop", weights));
  for (int i = 0; i < 200; ++i) {
    const auto id = "u" + std::to_string(i);
    EXPECT_EQ(world.ask(user(id)).variant, world.shop.variants[world.shop.vendor->variant_at(id)].name);
  }
}

TEST(Experiments, AudienceConditions_LeaveTheOthersOut) {
  World world;
  auto experiment = world.experiment("e", 100, {arm("a", 1)});
  experiment.conditions.emplace_back(HttpRequestMethod{{"GET"}});
  world.add(experiment);
  EXPECT_THAT(world.ask(user("u1")).arms, ElementsAre("e/a"));
  EXPECT_THAT(world.ask(head_of("POST", "/", "", {{"X-User-Id", "u1"}})).arms, IsEmpty());
}

TEST(Experiments, OfOneLayer_NobodyIsInTwo) {
  World world;
  world.add_layer("exclusive/search",
                  {world.experiment("a", 30, {arm("x", 1)}), world.experiment("b", 50, {arm("x", 1)})});
  int a = 0, b = 0;
  constexpr int users = 20'000;
  for (int i = 0; i < users; ++i) {
    const auto arms = world.ask(user("u" + std::to_string(i))).arms;
    ASSERT_LE(arms.size(), 1u);
    if (arms.empty()) continue;
    ++(arms[0] == "a/x" ? a : b);
  }
  EXPECT_NEAR(a, users * 0.3, users * 0.01);
  EXPECT_NEAR(b, users * 0.5, users * 0.01);
}

double correlation(const std::vector<int>& x, const std::vector<int>& y) {
  const auto n = static_cast<double>(x.size());
  double sum_x = 0, sum_y = 0, both = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum_x += x[i];
    sum_y += y[i];
    both += x[i] * y[i];
  }
  const double mean_x = sum_x / n, mean_y = sum_y / n;
  return (both / n - mean_x * mean_y) / std::sqrt(mean_x * (1 - mean_x) * mean_y * (1 - mean_y));
}

TEST(Experiments, Over100000Identities_AreIndependentOfEachOtherAndOfTheSplit) {
  World world;
  world.add(world.experiment("one", 100, {arm("off", 50), arm("on", 50)}));
  world.add(world.experiment("two", 100, {arm("off", 50), arm("on", 50)}));
  world.add(world.experiment("half", 50, {arm("on", 1)}));
  std::vector<int> one, two, half, green;
  for (int i = 0; i < 100'000; ++i) {
    const auto answer = world.ask(user("user-" + std::to_string(i)));
    const auto has = [&](const char* name) { return std::ranges::count(answer.arms, name) > 0 ? 1 : 0; };
    one.push_back(has("one/on"));
    two.push_back(has("two/on"));
    half.push_back(has("half/on"));
    green.push_back(answer.variant == "green");
  }
  EXPECT_LT(std::abs(correlation(one, two)), 0.01);
  EXPECT_LT(std::abs(correlation(one, half)), 0.01) << "an audience and another experiment's arms";
  EXPECT_LT(std::abs(correlation(one, green)), 0.01);
  EXPECT_LT(std::abs(correlation(half, green)), 0.01);
}

TEST(Experiments, WithoutIdentity_EachDecisionHasItsOwnSequence) {
  World world;
  world.add(world.experiment("e", 1, {arm("a", 1)}));
  int in = 0, in_blue = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto answer = world.ask(head_of("GET", "/"));
    if (answer.arms.empty()) continue;
    ++in;
    in_blue += answer.variant == "blue";
  }
  EXPECT_NEAR(in, 1000, 7);
  EXPECT_NEAR(in_blue, 900, 30) << "the 1 % must not fall on one variant alone";
}

// Audiences of 10 % each: every two of them share 1 % of the requests, and no pair runs side by side.
TEST(Experiments, WithoutIdentity_EveryTwoDecisionsAreIndependent) {
  constexpr int experiments = 16, requests = 100'000;
  World world;
  for (int i = 0; i < experiments; ++i)
    world.add(world.experiment("e" + std::to_string(i), 10, {arm("a", 1), arm("b", 1)}));
  std::array<std::array<int, experiments>, experiments> both{};
  std::array<int, experiments> green{};
  for (int i = 0; i < requests; ++i) {
    const auto answer = world.ask(head_of("GET", "/"));
    std::vector<std::size_t> in;
    for (const auto& name : answer.arms) in.push_back(std::stoul(name.substr(1)));
    for (const auto one : in) {
      green[one] += answer.variant == "green";
      for (const auto other : in) ++both[one][other];
    }
  }
  for (std::size_t one = 0; one < experiments; ++one) {
    EXPECT_NEAR(both[one][one], requests / 10, 8);
    EXPECT_NEAR(green[one], requests / 100, 160) << one;
    for (std::size_t other = 0; other < one; ++other)
      EXPECT_NEAR(both[one][other], requests / 100, 160) << one << " and " << other;
  }
}

TEST(Sequences, SlotOfAnotherDecision_BeginsAnew) {
  Sequences sequences(1), others(1);
  SlotTable first, second;
  const auto a = first.intern("a"), b = second.intern("b");  // both have index 0
  ASSERT_EQ(a->index, b->index);
  const auto point = sequences.next(a);
  EXPECT_EQ(point, others.next(a));
  EXPECT_NE(sequences.next(b), others.next(a)) << "another walk";
}

TEST(ShareCondition, OfARule_FollowsTheServicesIdentity) {
  World world;
  Snapshot snapshot;
  snapshot.services.push_back(std::make_shared<const Service>(world.shop));
  const Share share{.percent = World::weight(25),
                    .salt = {},
                    .salt_seed = salt_seed("share/x"),
                    .decision = world.decisions.intern("share/x"),
                    .service = 0,
                    .width = Split::Share{1} << 62};
  int inside = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto id = "u" + std::to_string(i);
    const auto head = user(id);
    Visitor visitor(snapshot, head, world.arrival, world.sequences);
    const bool in = matches(Condition(share), head, visitor);
    EXPECT_EQ(in, point_of(share.salt_seed, id) < share.width);
    inside += in;
  }
  EXPECT_NEAR(inside, 5'000, 200);
}

}  // namespace
}  // namespace sluice

// `sticky:` and `experiments:` as they are read, and what is said of wrong ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/load_config.h"
#include "tests/unit/control/configs.h"
#include "tests/unit/control/scratch_folder.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

config::Service shop(const std::string& sticky) {
  const auto parsed = read_config_text(with(quickstart, "sticky:\n", "sticky:\n" + sticky), "sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  return parsed.config.services.at(0);
}

std::vector<std::string> problems_of(const std::string& sticky) {
  return check_problems(with(quickstart, "sticky:\n", "sticky:\n" + sticky));
}

TEST(Sticky, Cookie_HasDefaults) {
  const auto cookie = shop("      cookie: {}\n").sticky.cookie;
  ASSERT_TRUE(cookie);
  EXPECT_EQ(cookie->name, "sluice_id");
  EXPECT_EQ(cookie->max_age, std::chrono::days(30));
  EXPECT_EQ(cookie->secret_file, "");
  EXPECT_FALSE(shop("      salt: x\n").sticky.cookie);
}

TEST(Sticky, Everything_IsRead) {
  const auto sticky = shop(
                          "      cookie: { name: me, max_age: 90s }\n      salt: cohort\n      hash: "
                          "launchdarkly\n      pin: 30m\n")
                          .sticky;
  EXPECT_EQ(sticky.cookie->name, "me");
  EXPECT_EQ(sticky.cookie->max_age, std::chrono::seconds(90));
  EXPECT_EQ(sticky.salt, "cohort");
  EXPECT_EQ(sticky.hash, HashMethod::launchdarkly);
  EXPECT_EQ(sticky.pin, std::chrono::minutes(30));
}

TEST(Sticky, AddressSources_HavePrefixes) {
  const auto text = with(quickstart, "identity: [", "identity: [source_ip, source_ip/24, source_ip/16/48, ");
  const auto sources = read_config_text(text, "sluice.yaml").config.services.at(0).sticky.identity;
  ASSERT_GE(sources.size(), 3u);
  EXPECT_EQ(sources[0], (IdentitySource{.from = IdentityFrom::address, .name = {}}));
  EXPECT_EQ(sources[1], (IdentitySource{.from = IdentityFrom::address, .name = {}, .v4_prefix = 24}));
  EXPECT_EQ(sources[2],
            (IdentitySource{.from = IdentityFrom::address, .name = {}, .v4_prefix = 16, .v6_prefix = 48}));
}

TEST(Sticky, WrongValues_AreSaid) {
  EXPECT_THAT(problems_of("      cookie: { name: 'a b' }\n"),
              ElementsAre(testing::HasSubstr("services.shop.sticky.cookie.name: `a b` is no cookie's name")));
  EXPECT_THAT(problems_of("      cookie: { secret_file: missing.key }\n"),
              ElementsAre(testing::HasSubstr("services.shop.sticky.cookie.secret_file")));
  EXPECT_THAT(problems_of("      cookie: { name: sluice_pin_x }\n"),
              ElementsAre(testing::HasSubstr("is what a pin's cookie is called")));
  EXPECT_THAT(check_problems(with(quickstart, "identity: [", "identity: ['header:X-A:b', ")),
              ElementsAre(testing::HasSubstr("`X-A:b` cannot be such a name")));
  EXPECT_THAT(problems_of("      hash: md5\n"), ElementsAre(testing::HasSubstr("`md5` is not known")));
  EXPECT_THAT(problems_of("      pin: forever\n"),
              ElementsAre(testing::HasSubstr("services.shop.sticky.pin")));
  for (const auto* bad :
       {"source_ip/33", "source_ip/0", "source_ip/24/129", "source_ip/24/64/1", "source_ip24", "source_ip/x"})
    EXPECT_THAT(check_problems(with(quickstart, "identity: [", "identity: [" + std::string(bad) + ", ")),
                ElementsAre(testing::HasSubstr("is no identity; write cookie:NAME")))
        << bad;
}

TEST(Sticky, OneCookieOfTwoServicesWithOtherSecrets_IsSaid) {
  ScratchFolder folder;
  folder.write("cookie.key", "0123456789abcdef0123456789abcdef\n");
  const auto file = folder.file("cookie.key");
  const auto services = [&](const std::string& second) {
    const auto service = [](const std::string& name, const std::string& cookie) {
      return "  " + name +
             ": { variants: { v: { target_group: app, weight: 1 } }, sticky: { cookie: " + cookie + " } }\n";
    };
    return "listeners: [{ name: web, address: 127.0.0.1:8080, default: { forward: a } }]\n"
           "target_groups: { app: { targets: [127.0.0.1:9001] } }\nservices:\n" +
           service("a", "{ secret_file: " + file + " }") + service("b", second);
  };
  EXPECT_THAT(check_problems(services("{}")),
              ElementsAre(testing::HasSubstr("service `a` has the cookie `sluice_id` too")));
  EXPECT_THAT(check_problems(services("{ secret_file: " + file + " }")), testing::IsEmpty());
  EXPECT_THAT(check_problems(services("{ name: other }")), testing::IsEmpty());
}

TEST(Sticky, WeightsFinerThanTheVendorsHash_AreSaid) {
  auto text = with(quickstart, "sticky:\n", "sticky:\n      hash: unleash\n");
  text = with(text, "weight: 90", "weight: 99.99");
  text = with(text, "weight: 10", "weight: 0.01");
  EXPECT_THAT(check_problems(text), ElementsAre(testing::HasSubstr("services.shop.sticky.hash: ")));
}

std::vector<std::string> experiment_problems(const std::string& yaml) {
  return check_problems(quickstart + "\nexperiments:\n" + yaml);
}

TEST(Experiments, Read) {
  const auto parsed = read_config_text(quickstart + R"(
experiments:
  new-search:
    service: shop
    exclusive: search
    audience: { share: 20%, conditions: [{ http_header: { name: X-Country, values: [DE, FR] } }] }
    arms:
      control:   { weight: 50, flags: { search: v1 } }
      treatment: { weight: 50, flags: { search: v2, one-click: true, limit: 10 }, variant: green }
)",
                                       "sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  const auto& experiment = parsed.config.experiments.at(0);
  EXPECT_EQ(experiment.name, "new-search");
  EXPECT_EQ(experiment.exclusive, "search");
  EXPECT_EQ(experiment.share, Weight{20 * Weight::unit});
  EXPECT_EQ(experiment.conditions.size(), 1u);
  EXPECT_EQ(experiment.arms.at(1).variant, "green");
  EXPECT_THAT(experiment.arms.at(1).flags,
              ElementsAre(std::pair<std::string, FlagValue>("search", "v2"),
                          std::pair<std::string, FlagValue>("one-click", true),
                          std::pair<std::string, FlagValue>("limit", std::int64_t{10})));
}

struct Case {
  const char* yaml;
  const char* problem;
};
const Case cases[] = {
    {"  e: { service: shp, arms: { a: { weight: 1 } } }",
     "experiments.e.service: no service `shp`; did you mean `shop`?"},
    {"  e: { service: shop, arms: { a: { weight: 0 } } }",
     "experiments.e.arms: needs an arm with a weight above 0"},
    {"  e: { service: shop, arms: {} }", "experiments.e.arms"},
    {"  e: { service: shop, arms: { a: { weight: 1, variant: gren } } }",
     "experiments.e.arms.a.variant: service `shop` has no variant `gren`; did you mean `green`?"},
    {"  e: { service: shop, audience: { share: 0% }, arms: { a: { weight: 1 } } }",
     "experiments.e.audience.share: "},
    {"  e: { service: shop, audience: { share: 101% }, arms: { a: { weight: 1 } } }",
     "experiments.e.audience.share: "},
    {"  e: { service: shop, arms: { a: { weight: 1, flags: { One: true } } } }",
     "experiments.e.arms.a.flags: `One` is no key of a flag"},
    {"  e: { service: shop, exclusive: x, audience: { share: 60% }, arms: { a: { weight: 1 } } }\n"
     "  f: { service: shop, exclusive: x, audience: { share: 41% }, arms: { a: { weight: 1 } } }",
     "experiments.f.audience.share: the shares of the experiments that are `exclusive: x` are more than 100 "
     "% together"},
    {"  e: { service: shop, arms: { a: { weight: 1, flags: { color: red } } } }\n"
     "  f: { service: shop, arms: { a: { weight: 1, flags: { color: blue } } } }",
     "experiments.f.arms.a.flags.color: experiment `e` sets this flag too"},
};

TEST(Experiments, WrongOnes_AreSaidWithTheirKey) {
  for (const auto& [yaml, problem] : cases)
    EXPECT_THAT(experiment_problems(yaml), ElementsAre(testing::HasSubstr(problem))) << yaml;
}

TEST(Experiments, ThatExcludeEachOther_MaySetOneFlag) {
  EXPECT_THAT(experiment_problems("  e: { service: shop, exclusive: x, audience: { share: 50% }, arms: { a: "
                                  "{ weight: 1, flags: { c: 1 } } } }\n"
                                  "  f: { service: shop, exclusive: x, audience: { share: 50% }, arms: { a: "
                                  "{ weight: 1, flags: { c: 2 } } } }"),
              IsEmpty());
}

}  // namespace
}  // namespace sluice

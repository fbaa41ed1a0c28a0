// `freeze:` and `notifications:` as they are read, and what is said of wrong ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/configs.h"
#include "tests/unit/control/scratch_folder.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Config read(const std::string& keys) {
  auto parsed = read_config_text(quickstart + keys + "\n", "sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  EXPECT_THAT(lines(check_config(parsed.config)), IsEmpty());
  return std::move(parsed.config);
}

// Without the place.
std::string problem_of(const std::string& keys) {
  const auto problems = check_problems(quickstart + keys + "\n");
  if (problems.size() != 1) return std::to_string(problems.size()) + " problems";
  return problems[0].substr(problems[0].find(": ") + 2);
}

TEST(FreezeConfig, WeekdaysAndDates_AreRead) {
  const auto freeze = read("freeze:\n  - { from: Fri 16:00, to: \"monday 08:05\", timezone: Europe/Berlin }\n"
                           "  - { from: 2026-12-20 00:00, to: 2027-01-02 24:00 }")
                          .freeze;
  using namespace std::chrono;
  ASSERT_EQ(freeze.size(), 2u);
  EXPECT_EQ(freeze[0], (config::FreezeWindow{config::WeekTime{Friday, 16h},
                                             config::WeekTime{Monday, 8h + 5min}, "Europe/Berlin"}));
  EXPECT_EQ(freeze[1],
            (config::FreezeWindow{config::DateTime(local_days(2026y / 12 / 20)),
                                  config::DateTime(local_days(2027y / 1 / 3)), "UTC"}));
}

TEST(FreezeConfig, WrongOnes_AreSaid) {
  const auto freeze = [](const std::string& keys) { return problem_of("freeze: [{ " + keys + " }]"); };
  for (const auto* wrong : {"Fri", "16:00", "Fry 16:00", "Fri 16:60", "Fri 24:01", "Fri 4:00", "Fri  16:00",
                            "2026-02-30 00:00", "2026-13-01 00:00", "26-12-20 00:00", "2026-12-20"})
    EXPECT_EQ(freeze("from: '" + std::string(wrong) + "', to: Mon 08:00"),
              "freeze[0].from: `" + std::string(wrong) +
                  "` is no such time; write as Fri 16:00 or 2026-12-20 16:00");
  EXPECT_EQ(freeze("from: Fri 16:00"), "freeze[0]: `to` is missing");
  EXPECT_EQ(freeze("from: Fri 16:00, to: 2026-12-20 00:00"),
            "freeze[0].to: is not of the kind that `from` is; write two weekdays or two dates");
  EXPECT_EQ(freeze("from: Fri 16:00, to: fri 16:00"), "freeze[0].to: is the same as `from`");
  EXPECT_EQ(freeze("from: 2026-12-20 00:00, to: 2026-12-19 00:00"), "freeze[0].to: is before `from`");
  EXPECT_EQ(freeze("from: Fri 16:00, to: Mon 08:00, timezone: Europe/Berlim"),
            "freeze[0].timezone: no time zone `Europe/Berlim` on this machine; did you mean `Europe/Berlin`?");
}

TEST(NotificationConfig, Everything_IsRead) {
  const auto list = read("notifications: [{ http: https://a.example.com/x, format: slack }, "
                         "{ http: http://b.example.com }]")
                        .notifications;
  using config::Notification;
  EXPECT_THAT(list,
              ElementsAre(Notification{"https://a.example.com/x", Notification::Format::slack, ""},
                          Notification{"http://b.example.com", Notification::Format::json, ""}));
}

TEST(NotificationConfig, WrongOnes_AreSaid) {
  EXPECT_EQ(problem_of("notifications: [{ format: slack }]"), "notifications[0]: `http` is missing");
  EXPECT_THAT(problem_of("notifications: [{ http: ftp://x }]"), HasSubstr("is not such a URL"));
  EXPECT_THAT(problem_of("notifications: [{ http: http://x, format: text }]"), HasSubstr("it must be `json`"));
  EXPECT_EQ(problem_of("notifications: [{ http: http://x }, { http: http://x }]"),
            "notifications[1].http: `http://x` is told already; leave one out");
  EXPECT_THAT(problem_of("notifications: [{ http: http://x, secret_file: missing.key }]"),
              HasSubstr("notifications[0].secret_file: No such file"));
}

TEST(HookConfig, SecretFile_IsReadAndJudged) {
  const auto hook = [](const std::string& keys) {
    return "strategies: { s: { all_at_once: {}, hooks: { before_step: { " + keys + " } } } }";
  };
  const ScratchFolder folder;
  folder.write("hook.key", "0123456789abcdef0123456789abcdef\n");
  const auto strategies = read(hook("http: http://x, secret_file: " + folder.file("hook.key"))).strategies;
  EXPECT_EQ(std::get<config::HttpCall>(strategies.at(0).hooks.at(0).call).secret_file,
            folder.file("hook.key"));
  EXPECT_EQ(problem_of(hook("http: http://x, secret_file: missing.key")),
            "strategies.s.hooks.before_step.secret_file: No such file or directory");
  EXPECT_EQ(problem_of(hook("command: [x], secret_file: hook.key")),
            "strategies.s.hooks.before_step: `secret_file` goes only with `http`");
}

}  // namespace
}  // namespace sluice

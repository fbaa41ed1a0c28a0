// Hooks that are programs.
#include <signal.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "control/file_text.h"
#include "tests/unit/control/rollout/hook_fixture.h"

namespace sluice {
namespace {

using testing::HasSubstr;
using Kind = HookAnswer::Kind;

class CommandHook : public HookTest {
 protected:
  std::string text(const std::string& name) const { return read_file_text(folder_.file(name)).value_or(""); }
  // The numbers in a file, once it has so many.
  std::vector<pid_t> pids(const std::string& name, std::size_t count) {
    std::vector<pid_t> result;
    EXPECT_TRUE(until([&] {
      result.clear();
      std::istringstream words(text(name));
      for (pid_t pid = 0; words >> pid;) result.push_back(pid);
      return result.size() >= count;
    }));
    return result;
  }
  // Gone, or dead and not yet taken note of by its parent.
  static bool is_gone(pid_t pid) {
    const auto stat = read_file_text("/proc/" + std::to_string(pid) + "/stat").value_or("");
    return stat.empty() || stat.find(") Z ") != std::string::npos;
  }
};

TEST_F(CommandHook, ExitCodes_AreAnswers) {
  EXPECT_EQ(answer_to(command({"true"})).kind, Kind::proceed);
  EXPECT_EQ(answer_to(script("echo half done; exit 75")).kind, Kind::wait);
  const auto fails = answer_to(script("echo one; echo 'no disk' >&2; exit 3"));
  EXPECT_EQ(fails.kind, Kind::fail);
  EXPECT_EQ(fails.reason, "exits with 3: no disk");
  EXPECT_EQ(answer_to(script("kill -SEGV $$")).reason, "ended by signal 11");
}

TEST_F(CommandHook, Words_AreNotAShells) {
  const auto answer = answer_to(command({"sh", "-c", "printf '%s|' \"$@\"; exit 1", "x", "a b", "$HOME;*"}));
  EXPECT_EQ(answer.reason, "exits with 1: a b|$HOME;*|");
}

TEST_F(CommandHook, BodyIsTheInput_LongOnesToo) {
  auto call = script("cat > " + folder_.file("body"));
  call.body = std::string(300'000, 'x') + "end";
  EXPECT_EQ(answer_to(call).kind, Kind::proceed);
  EXPECT_EQ(text("body"), call.body);
}

TEST_F(CommandHook, InputThatIsNotRead_DisturbsNobody) {
  auto call = command({"true"});
  call.body = std::string(300'000, 'x');
  EXPECT_EQ(answer_to(call).kind, Kind::proceed);
}

TEST_F(CommandHook, Environment_IsWhatIsGivenAndNothingElse) {
  ::setenv("SLUICE_TOKEN", "secret", 1);
  auto call = script("env > " + folder_.file("env"));
  call.environment = {{"SLUICE_SERVICE", "shop"}};
  EXPECT_EQ(answer_to(call).kind, Kind::proceed);
  ::unsetenv("SLUICE_TOKEN");
  const auto env = text("env");
  EXPECT_THAT(env, HasSubstr("SLUICE_SERVICE=shop\n"));
  EXPECT_THAT(env, HasSubstr("SLUICE_IDEMPOTENCY_KEY=rollout-7.before_step.2\n"));
  EXPECT_THAT(env, HasSubstr("PATH="));
  EXPECT_THAT(env, testing::Not(HasSubstr("secret")));
}

TEST_F(CommandHook, DescriptorsOfTheProxy_AreNotPassedOn) {
  const int inherited = ::dup(1);  // not close-on-exec
  // Standard ones, and the folder that ls reads.
  EXPECT_EQ(answer_to(script("ls /proc/self/fd | wc -l | grep -qx 4")).kind, Kind::proceed);
  ::close(inherited);
}

TEST_F(CommandHook, ProgramBesideTheConfiguration_GoesBeforePath) {
  folder_.write("true", "#!/bin/sh\nexit 75\n");
  ::chmod(folder_.file("true").c_str(), 0755);
  EXPECT_EQ(answer_to(command({"true"})).kind, Kind::wait);
  EXPECT_EQ(answer_to(command({"./true"})).kind, Kind::wait);
}

TEST_F(CommandHook, NoSuchProgram_FailsAtOnce) {
  const auto answer = answer_to(command({"no-such-program-here"}, 5s, 3));
  EXPECT_EQ(answer.kind, Kind::fail);
  EXPECT_EQ(answer.reason, "cannot run no-such-program-here: No such file or directory");
}

TEST_F(CommandHook, LongOutput_IsReadAndItsEndKept) {
  const auto answer = answer_to(script("yes | head -c 1000000; echo; echo the end; exit 1"));
  EXPECT_EQ(answer.reason, "exits with 1: the end");
}

TEST_F(CommandHook, FailedTries_AreRepeated) {
  const auto counter = folder_.file("tries");
  EXPECT_EQ(answer_to(script("echo x >> " + counter + "; test $(wc -l < " + counter + ") = 3", 5s, 3)).kind,
            Kind::proceed);
  EXPECT_EQ(text("tries"), "x\nx\nx\n");
}

TEST_F(CommandHook, WhatItLeavesRunning_IsNotWaitedFor) {
  const auto begin = Clock::now();
  EXPECT_EQ(answer_to(script("sleep 300 & echo $! > " + folder_.file("pids"))).kind, Kind::proceed);
  EXPECT_LT(Clock::now() - begin, 5s);
  const auto left = pids("pids", 1).at(0);
  EXPECT_FALSE(is_gone(left));
  ::kill(left, SIGKILL);
}

TEST_F(CommandHook, Timeout_EndsTheWholeGroup) {
  const auto file = folder_.file("pids");
  const auto answer = answer_to(script("echo $$ >> " + file + "; sh -c 'echo $$ >> " + file +
                                           "; sleep 300 & echo $! >> " + file + "; wait' & wait",
                                       500ms));
  EXPECT_EQ(answer.kind, Kind::fail);
  EXPECT_EQ(answer.reason, "timed out after 500ms");
  for (const auto pid : pids("pids", 3)) EXPECT_TRUE(until([&] { return is_gone(pid); })) << pid;
}

TEST_F(CommandHook, GroupThatIgnoresTheTerm_IsKilled) {
  const auto file = folder_.file("pids");
  const auto answer = answer_to(script("trap '' TERM; (while :; do sleep 1; done) & echo $$ $! > " + file +
                                           "; while :; do sleep 1; done",
                                       300ms));
  EXPECT_EQ(answer.reason, "timed out after 300ms");
  for (const auto pid : pids("pids", 2)) EXPECT_TRUE(until([&] { return is_gone(pid); })) << pid;
}

TEST_F(CommandHook, GroupThatCleansUpAfterTheTerm_HasTimeTo) {
  HookRunner patient(control_, {.config_file = "", .kill_after = 5s});
  const auto file = folder_.file("cleaned");
  std::optional<HookAnswer> answer;
  auto call = script("trap 'sleep 0.2; echo yes > " + file + "; exit 1' TERM; sleep 300 & wait", 300ms);
  (void)patient.start(std::move(call), [&](HookAnswer came) { answer = std::move(came); });
  EXPECT_TRUE(until([&] { return answer.has_value(); }));
  EXPECT_EQ(text("cleaned"), "yes\n");
}

TEST_F(CommandHook, Cancel_EndsTheGroupAndTellsNobody) {
  bool told = false;
  const auto ticket = runner_->start(
      script("trap '' TERM; sleep 300 & echo $$ $! > " + folder_.file("pids") + "; wait; sleep 300", 1h),
      [&](const HookAnswer&) { told = true; });
  const auto running = pids("pids", 2);
  runner_->cancel(ticket);
  for (const auto pid : running) EXPECT_TRUE(until([&] { return is_gone(pid); })) << pid;
  EXPECT_FALSE(told);
}

TEST_F(CommandHook, EndOfTheRunner_KillsWhatRunsWithinASecond) {
  auto call = script(
      "trap '' TERM; sleep 300 & echo $$ $! > " + folder_.file("pids") + "; wait; sleep 300", 1h);
  (void)runner_->start(std::move(call), [](const HookAnswer&) {});
  const auto running = pids("pids", 2);
  const auto begin = Clock::now();
  runner_.reset();
  EXPECT_LT(Clock::now() - begin, 1200ms);
  for (const auto pid : running) EXPECT_TRUE(until([&] { return is_gone(pid); })) << pid;
}

}  // namespace
}  // namespace sluice

// The command line: words, exit codes, and what goes to which stream.
#include "control/cli/cli.h"

#include <gmock/gmock.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <fstream>

#include "control/cli/admin_client.h"
#include "tests/unit/control/running_admin.h"
#include "tests/unit/control/scratch_folder.h"

namespace sluice {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Done {
  int code;
  std::string out, err;
};

// Whose token is "secret".
class CliWithTokens : public RunningAdmin {
 protected:
  CliWithTokens() {
    on_thread([this] { server_.let_in(Tokens{{"you", Role::viewer, digest_of("secret")}}); });
  }
};

std::optional<RunOptions> ran;

Done command(std::vector<std::string> words) {
  words.insert(words.begin(), "sluice");
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  ran.reset();
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Done done{};
  done.code = run_cli(static_cast<int>(argv.size()), argv.data(), [](const RunOptions& options) {
    ran = options;
    return 7;
  });
  done.out = testing::internal::GetCapturedStdout();
  done.err = testing::internal::GetCapturedStderr();
  return done;
}

void expect_bad_usage(const std::vector<std::string>& words, const std::string& said) {
  const auto done = command(words);
  EXPECT_EQ(done.code, 2) << testing::PrintToString(words);
  EXPECT_THAT(done.out, IsEmpty());
  EXPECT_THAT(done.err, HasSubstr(said));
}

TEST(Cli, Run_PassesOptionsAndTheExitCode) {
  EXPECT_EQ(command({"run", "-c", "a.yaml"}).code, 7);
  EXPECT_EQ(ran->config, "a.yaml");
  EXPECT_FALSE(ran->workers);
  EXPECT_EQ(ran->state, "");
  EXPECT_EQ(command({"run", "--config", "b.yaml", "--workers", "3", "--state", "/var/lib/sluice"}).code, 7);
  EXPECT_EQ(ran->workers, 3u);
  EXPECT_EQ(ran->state, "/var/lib/sluice");
}

TEST(Cli, BadUsage_IsTwoAndSaysWhatWouldBeRight) {
  expect_bad_usage({}, "check");
  expect_bad_usage({"run"}, "--config");
  expect_bad_usage({"run", "-c", "a.yaml", "--workers", "0"}, "--workers");
  expect_bad_usage({"check"}, "FILE");
  expect_bad_usage({"chek"}, "did you mean `check`?");
  expect_bad_usage({"weights", "sett"}, "did you mean `set`?");
  expect_bad_usage({"weights"}, "`weights` needs one more word: set");
  expect_bad_usage({"weights", "set"}, "SERVICE");
  expect_bad_usage({"--no-such-option"}, "--no-such-option");
  expect_bad_usage({"status", "-o", "xml"}, "xml");
  expect_bad_usage({"status", "--admin", "ftp://x"}, "http://127.0.0.1:9900");
  expect_bad_usage({"weights", "set", "shop", "blue"}, "blue=90");
  expect_bad_usage({"weights", "set", "shop", "blue=-1"}, "0 to 1000000000");
  expect_bad_usage({"weights", "set", "shop", "blue=1", "blue=2"}, "twice");
  expect_bad_usage({"rollout", "start", "shop"}, "--to");
  expect_bad_usage({"rollout", "start", "shop", "--to", "green"}, "--strategy");
  expect_bad_usage({"rollout", "start", "shop", "--to", "a", "--strategy", "b", "--wait", "--dry-run"},
                   "--dry-run");
  expect_bad_usage({"rollout", "abrot", "shop"}, "did you mean `abort`?");
  expect_bad_usage({"revisions", "show", "first"}, "first");
  expect_bad_usage({"revisions", "list", "--limit", "0"}, "--limit");
  expect_bad_usage({"apply"}, "FILE");
  expect_bad_usage({"targets"}, "`targets` needs one more word: list, drain, undrain");
  expect_bad_usage({"targets", "drian"}, "did you mean `drain`?");
  expect_bad_usage({"targets", "drain", "shop-blue"}, "TARGET");
  expect_bad_usage({"targets", "drain", "shop-blue", "127.0.0.1:9001", "--for", "10"}, "--for: `10`");
  expect_bad_usage({"targets", "drain", "shop-blue", "127.0.0.1:9001", "--for", "2h"}, "0s to 1h");
}

TEST(Cli, Version_IsOneLine) {
  const auto done = command({"--version"});
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.out, "sluice " SLUICE_VERSION "\n");
}

TEST(Cli, Help_NamesEveryCommand) {
  const auto done = command({"--help"});
  EXPECT_EQ(done.code, 0);
  for (const char* name : {"run", "check", "status", "weights", "targets", "Exit codes"})
    EXPECT_THAT(done.out, HasSubstr(name));
}

TEST(Cli, Commands_AreListedAsTyped) {
  EXPECT_THAT(command_names(),
              testing::UnorderedElementsAre(
                  "run", "check", "status", "weights set", "rollout start", "rollout status", "rollout pause",
                  "rollout resume", "rollout promote", "rollout approve", "rollout abort", "rollout history",
                  "revisions list", "revisions show", "revisions rollback", "apply", "diff", "targets list",
                  "targets drain", "targets undrain", "whois", "override sign", "token new", "example",
                  "completion bash", "completion zsh", "completion fish"));
}

TEST(Cli, Check_OfAGoodFile_SaysWhatIsInIt) {
  const ScratchFolder folder;
  const auto path = folder.file("good.yaml");
  folder.write("good.yaml", quickstart);
  const auto done = command({"check", path});
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.out, path + ": ok: 1 listener, 1 service, 2 target groups\n");
  EXPECT_EQ(done.err, "");
}

TEST(Cli, Check_OfABadFile_PrintsEveryProblemWithItsPlace) {
  const ScratchFolder folder;
  const auto path = folder.file("bad.yaml");
  folder.write("bad.yaml",
               with(with(quickstart, "weight: 90", "weight: -90"), "address: 127.0.0.1:8080", "adress: x"));
  const auto done = command({"check", path});
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.out, AllOf(HasSubstr(path + ":4:5: listeners[0].adress: "),
                              HasSubstr("services.shop.variants.blue.weight: ")));
}

TEST(Cli, NoProxy_IsThree) {
  for (const auto& words : {std::vector<std::string>{"status"},
                            {"weights", "set", "shop", "blue=1"},
                            {"targets", "list"},
                            {"status", "--watch"},
                            {"rollout", "status", "shop", "--wait"},
                            {"rollout", "history", "shop"},
                            {"revisions", "list"},
                            {"targets", "drain", "shop-blue", "127.0.0.1:9001"}}) {
    auto all = words;
    all.insert(all.end(), {"--admin", "http://127.0.0.1:1"});
    const auto done = command(all);
    EXPECT_EQ(done.code, 3);
    EXPECT_THAT(done.out, IsEmpty());
    EXPECT_THAT(done.err, HasSubstr("no proxy at http://127.0.0.1:1: "));
  }
}

class CliWithProxy : public RunningAdmin {
 protected:
  CliWithProxy() {
    ::setenv("SLUICE_ADMIN", url().c_str(), 1);
    spdlog::set_level(spdlog::level::off);  // the proxy has another stdout than the command
  }
  ~CliWithProxy() override {
    ::unsetenv("SLUICE_ADMIN");
    spdlog::set_level(spdlog::level::info);
  }
};

TEST_F(CliWithProxy, Status_IsATableOrTheApisJson) {
  const auto table = command({"status"});
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, AllOf(StartsWith("sluice " SLUICE_VERSION " · revision 1 · ready · up "),
                               HasSubstr("shop"), HasSubstr("green"), testing::Not(HasSubstr("\033["))));
  const auto json = command({"status", "-o", "json"});
  EXPECT_EQ(boost::json::parse(json.out).at("services").at(0).at("name").as_string(), "shop");
}

TEST_F(CliWithProxy, WeightsSet_ChangesTheSplitAndSaysSo) {
  const auto done = command({"weights", "set", "shop", "blue=99.5", "green=.5"});
  EXPECT_EQ(done.code, 2);
  const auto right = command({"weights", "set", "shop", "blue=99.5", "green=0.5"});
  EXPECT_EQ(right.code, 0) << right.err;
  EXPECT_EQ(right.out, "shop: blue 99.5 (99.5 %), green 0.5 (0.5 %), revision 2\n");
  EXPECT_EQ(command({"weights", "set", "shop", "blue=1", "green=1", "-o", "json"}).out, "{\"revision\":3}\n");
}

TEST_F(CliWithProxy, Rollout_IsStartedShownSteeredAndListed) {
  const auto draft =
      command({"rollout", "start", "shop", "--to", "green", "--strategy", "linear", "--dry-run"});
  EXPECT_EQ(draft.code, 1);
  EXPECT_THAT(draft.err, HasSubstr("no strategy `linear`"));
  const std::vector<std::string> start{"rollout",
                                       "start",
                                       "shop",
                                       "--to",
                                       "green",
                                       "--strategy",
                                       "CodeDeployDefault.ECSCanary10Percent5Minutes"};
  auto dry = start;
  dry.push_back("--dry-run");
  EXPECT_THAT(command(dry).out, AllOf(StartsWith("  AT  WHAT\n"), HasSubstr("5m  "), HasSubstr("succeeded")));
  EXPECT_EQ(command({"rollout", "history", "shop"}).out, "no rollouts\n");
  const auto started = command(start);
  EXPECT_EQ(started.code, 0) << started.err;
  EXPECT_THAT(started.out,
              AllOf(StartsWith("r1 of shop: blue → green by CodeDeployDefault."), HasSubstr("100 %")));
  const auto again = command(start);
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("rollout r1 moves service `shop` to `green` already"));
  EXPECT_THAT(command({"rollout", "pause", "r1", "--reason", "lunch"}).out,
              AllOf(StartsWith("r1 of shop: paused"), HasSubstr("lunch")));
  EXPECT_EQ(command({"rollout", "approve", "shop"}).code, 1);
  EXPECT_THAT(command({"status"}).out, HasSubstr("  r1 paused → green by CodeDeployDefault."));
  EXPECT_EQ(command({"weights", "set", "shop", "blue=1", "green=1"}).code, 1);
  EXPECT_EQ(command({"weights", "set", "shop", "blue=1", "green=1", "--abort"}).code, 0);
  const auto shown = command({"rollout", "status", "shop", "--wait"});
  EXPECT_EQ(shown.code, 1);
  EXPECT_THAT(shown.out, HasSubstr("r1 of shop: aborted"));
  EXPECT_EQ(boost::json::parse(command({"rollout", "status", "r1", "-o", "json"}).out).at("state"),
            "aborted");
  for (const char* name : {"shop", "r1"})
    EXPECT_THAT(command({"rollout", "history", name}).out, HasSubstr("r1  green  CodeDeployDefault."));
}

TEST_F(CliWithProxy, UnknownRollouts_AreOneAndSayWhatTheProxySays) {
  for (const auto& words : {std::vector<std::string>{"rollout", "status", "shp"},
                            {"rollout", "abort", "shp"},
                            {"rollout", "history", "shp"},
                            {"rollout", "start", "shp", "--to", "green", "--strategy", "x"},
                            {"revisions", "show", "99"},
                            {"revisions", "rollback", "99"}}) {
    const auto done = command(words);
    EXPECT_EQ(done.code, 1) << testing::PrintToString(words);
    EXPECT_THAT(done.out, IsEmpty());
    EXPECT_THAT(done.err, testing::ContainsRegex("no [a-z]+ `(shp|99)`"));
  }
}

TEST_F(CliWithProxy, ServiceThatIsNearlyRight_IsNamed) {
  for (const auto& words :
       {std::vector<std::string>{"rollout", "start", "shpo", "--to", "green", "--strategy", "x"},
        {"rollout", "history", "shpo"},
        {"weights", "set", "shpo", "blue=1", "green=1"}})
    EXPECT_THAT(command(words).err, HasSubstr("did you mean `shop`?"));
}

TEST_F(CliWithProxy, Revisions_AreListedShownAndGoneBackTo) {
  EXPECT_EQ(command({"weights", "set", "shop", "blue=50", "green=50"}).code, 0);
  const auto list = command({"revisions", "list", "--limit", "1"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("       2  current  "), Not(HasSubstr("apply"))));
  EXPECT_THAT(command({"revisions", "show", "1"}).out,
              AllOf(StartsWith("revision 1 · apply by "), HasSubstr("blue *       90")));
  EXPECT_EQ(command({"revisions", "show", "1", "--config"}).out, quickstart);
  EXPECT_EQ(command({"revisions", "rollback", "1", "--reason", "bad"}).out,
            "revision 3: all is as in revision 1\n");
  EXPECT_THAT(command({"revisions", "list"}).out, HasSubstr("rollback  bad\n"));
}

TEST_F(CliWithProxy, ApplyAndDiff_TakeAFile) {
  const ScratchFolder folder;
  const auto file = folder.file("sluice.yaml");
  folder.write("sluice.yaml", quickstart);
  const auto same = command({"diff", file});
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(same.out, "");
  folder.write("sluice.yaml", with(quickstart, "127.0.0.1:9002", "127.0.0.1:9003"));
  const auto differs = command({"diff", file});
  EXPECT_EQ(differs.code, 1);
  EXPECT_THAT(differs.out, HasSubstr("127.0.0.1:9003"));
  const auto done = command({"apply", file});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, StartsWith(file + ": revision 2, "));
  EXPECT_EQ(command({"diff", file}).code, 0);
  folder.write("sluice.yaml", with(quickstart, "weight: 90", "weight: -90"));
  const auto refused = command({"apply", file});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr(file + ":9:50: services.shop.variants.blue.weight: "));
  EXPECT_THAT(command({"diff", file}).out, HasSubstr(file + ":9:50: services.shop.variants.blue.weight: "));
  EXPECT_EQ(command({"apply", folder.file("none.yaml")}).code, 1);
}

TEST_F(CliWithProxy, WeightsThatAreRefused_AreOneAndSayWhy) {
  for (const auto& [service, weight, said] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"other", "blue=1", "no service `other`"},
           {"a/b c", "blue=1", "no service `a/b c`"},
           {"shop", "purple=1", "no variant `purple`"},
           {"shop", "blue=1", "no weight for variant `green`"}}) {
    const auto done = command({"weights", "set", service, weight});
    EXPECT_EQ(done.code, 1);
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, HasSubstr(said));
  }
}

TEST_F(CliWithProxy, AdminThatIsTyped_IsAskedWhateverTheEnvironmentSays) {
  EXPECT_EQ(command({"status", "--admin", "http://127.0.0.1:1"}).code, 3);
  ::setenv("SLUICE_ADMIN", "http://127.0.0.1:1", 1);
  EXPECT_EQ(command({"status"}).code, 3);
  EXPECT_EQ(command({"status", "--admin", url()}).code, 0);
}

TEST_F(CliWithProxy, Targets_AreListedWholeOrOfOneGroup) {
  const auto all = command({"targets", "list"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, AllOf(HasSubstr("shop-blue"), HasSubstr("127.0.0.1:9002"),
                             HasSubstr("shop/blue 90.0 %"), testing::Not(HasSubstr("\033["))));
  const auto one = command({"targets", "list", "shop-blue"});
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, AllOf(HasSubstr("127.0.0.1:9001"), testing::Not(HasSubstr("shop-green"))));
  const auto json = boost::json::parse(command({"targets", "list", "-o", "json"}).out);
  EXPECT_EQ(json.at("target_groups").as_array().size(), 2u);
}

TEST_F(CliWithProxy, DrainAndUndrain_SayHowTheTargetIsThen) {
  const auto drained = command({"targets", "drain", "shop-blue", "127.0.0.1:9001"});
  EXPECT_EQ(drained.code, 0) << drained.err;
  EXPECT_EQ(drained.out, "shop-blue: 127.0.0.1:9001 draining: Gets no new requests; nothing in flight\n");
  const auto undrained = command({"targets", "undrain", "shop-blue", "127.0.0.1:9001"});
  EXPECT_EQ(undrained.code, 0) << undrained.err;
  EXPECT_EQ(undrained.out, "shop-blue: 127.0.0.1:9001 healthy: No health check\n");
  const auto json = boost::json::parse(
      command({"targets", "drain", "shop-blue", "127.0.0.1:9001", "--for", "30s", "-o", "json"}).out);
  EXPECT_EQ(json.at("state").as_string(), "draining");
  EXPECT_EQ(json.at("target_group").as_string(), "shop-blue");
}

TEST_F(CliWithProxy, DrainThatWaits_EndsWithTheLastRequestOrIsOneWhenTimeIsUp) {
  auto& state = *revisions_.current()->services.at(0)->variants.at(0).group->targets.at(0).state;
  state.in_flight = 1;
  const auto in_vain =
      command({"targets", "drain", "shop-blue", "127.0.0.1:9001", "--for", "300ms", "--wait"});
  EXPECT_EQ(in_vain.code, 1);
  EXPECT_EQ(in_vain.out,
            "shop-blue: 127.0.0.1:9001 draining: Gets no new requests; 1 in flight, out of time\n");
  std::thread last([&] {
    while (TargetState::load(state.drain_by) < std::chrono::steady_clock::now()) std::this_thread::yield();
    state.in_flight = 0;
  });
  const auto idle = command({"targets", "drain", "shop-blue", "127.0.0.1:9001", "--for", "1m", "--wait"});
  last.join();
  EXPECT_EQ(idle.code, 0) << idle.err;
  EXPECT_THAT(idle.out, EndsWith("nothing in flight\n"));
}

TEST_F(CliWithProxy, UnknownTargets_AreOneAndSayWhatIsNear) {
  for (const auto& [words, said] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"targets", "list", "shop-bleu"}, "did you mean `shop-blue`?"},
           {{"targets", "drain", "shop-bleu", "127.0.0.1:9001"}, "did you mean `shop-blue`?"},
           {{"targets", "undrain", "shop-blue", "127.0.0.1:9011"}, "did you mean `127.0.0.1:9001`?"}}) {
    const auto done = command(words);
    EXPECT_EQ(done.code, 1);
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, HasSubstr(said));
  }
}

TEST(Cli, NewToken_GoesAloneToStandardOutput) {
  const auto done = command({"token", "new", "--name", "ci", "--role", "operator"});
  EXPECT_EQ(done.code, 0);
  ASSERT_THAT(done.out, testing::MatchesRegex("sluice_[A-Za-z0-9_-]{43}\n"));
  const auto token = done.out.substr(0, done.out.size() - 1);
  EXPECT_THAT(done.err, AllOf(HasSubstr("name: ci, role: operator"), HasSubstr(hex_of(digest_of(token))),
                              Not(HasSubstr(token))));
  expect_bad_usage({"token", "new", "--name", "ci", "--role", "boss"}, "boss");
  expect_bad_usage({"token", "new", "--name", "c i"}, "--name");
}

TEST(Cli, Completion_HasEveryCommandAndTheirOptions) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto done = command({"completion", shell});
    EXPECT_EQ(done.code, 0);
    for (const auto& name : command_names())
      EXPECT_THAT(done.out, HasSubstr("\"sluice " + name + "\"")) << shell;
    EXPECT_THAT(done.out, AnyOf(HasSubstr("--wait"), HasSubstr("-l wait"))) << shell;
  }
}

TEST_F(CliWithTokens, Token_ComesFromTheOptionOrTheEnvironment) {
  const auto nobody = command({"status", "--admin", url()});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("SLUICE_TOKEN"));
  EXPECT_EQ(command({"status", "--admin", url(), "--token", "secret"}).code, 0);
  setenv("SLUICE_TOKEN", "secret", 1);
  EXPECT_EQ(command({"status", "--admin", url()}).code, 0);
  EXPECT_THAT(command({"status", "--help"}).out, Not(HasSubstr("secret")));
  EXPECT_EQ(command({"status", "--admin", url(), "--token", "wrong"}).code, 1);
  unsetenv("SLUICE_TOKEN");
}

TEST(AdminUrl, HostAndPort_AreTakenApart) {
  const auto url = cli::parse_admin_url("http://[::1]:9900/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 9900);
  EXPECT_EQ(url->authority, "[::1]:9900");
  EXPECT_EQ(cli::parse_admin_url("http://proxy.internal")->port, 80);
  EXPECT_EQ(cli::parse_admin_url("https://proxy.internal")->port, 443);
  EXPECT_EQ(cli::parse_admin_url("https://proxy.internal:9900")->scheme, cli::AdminUrl::Scheme::https);
  EXPECT_EQ(cli::parse_admin_url("unix:/run/sluice.sock")->host, "/run/sluice.sock");
  for (const char* wrong : {"", "127.0.0.1:9900", "ftp://x:1", "https://", "http://", "http://x:1/path",
                            "http://u@x:1", "http://x:99999", "unix:", "unix:sluice.sock"})
    EXPECT_FALSE(cli::parse_admin_url(wrong)) << wrong;
}

}  // namespace
}  // namespace sluice

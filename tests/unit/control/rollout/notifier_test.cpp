// Who is told, in what words, and what happens when somebody does not listen.
#include "control/rollout/notifier.h"

#include "tests/unit/control/rollout/hook_fixture.h"
#include "tests/unit/control/rollout/hook_server.h"

namespace sluice {
namespace {

using config::Notification;
using Format = Notification::Format;
using testing::ElementsAre;
using Counts = Notifier::Counts;

class NotifierTest : public HookTest {
 protected:
  static Notice notice(const std::string& title) { return {title, "p99 <2> & up", {{"service", "shop"}}}; }
  static Notification json_to(const HookServer& server) { return {server.url(), Format::json, ""}; }
  bool sent(std::uint64_t count) {
    return until([&] { return notifier_.counts().sent == count; });
  }
  static std::vector<std::string> bodies(HookServer& server) {
    std::vector<std::string> result;
    for (const auto& request : server.requests()) result.push_back(request.body);
    return result;
  }

  Notifier notifier_{*runner_};
};

TEST(NoticeBody, HasTheFormatsOwnShape) {
  const Notice notice{"rolled back", "a < b & c", {{"service", "shop"}}};
  EXPECT_EQ(notice_body(notice, Format::json),
            R"({"service":"shop","title":"rolled back","text":"a < b & c"})");
  EXPECT_EQ(notice_body(notice, Format::slack), R"({"text":"*rolled back*\na &lt; b &amp; c"})");
  EXPECT_EQ(notice_body({"over", "", {}}, Format::slack), R"({"text":"*over*"})");
}

TEST_F(NotifierTest, EveryAddress_IsToldInItsFormatAndInOrder) {
  folder_.write("hook.key", "0123456789abcdef\n");
  HookServer json({PeerScript::answering(200, R"({"status":"ok"})")});
  HookServer slack({PeerScript::answering(200, "ok")});
  notifier_.publish({{json.url(), Format::json, "hook.key"}, {slack.url(), Format::slack, ""}});
  notifier_.notify({"one", "", {}});
  notifier_.notify({"two", "", {}});
  ASSERT_TRUE(sent(4));
  EXPECT_THAT(bodies(json), ElementsAre(R"({"title":"one","text":""})", R"({"title":"two","text":""})"));
  EXPECT_THAT(bodies(slack), ElementsAre(R"({"text":"*one*"})", R"({"text":"*two*"})"));
  EXPECT_NE(json.requests()[0].header("X-Sluice-Signature"), "");
  EXPECT_EQ(slack.requests()[0].header("X-Sluice-Signature"), "");
  EXPECT_NE(json.requests()[0].header("Idempotency-Key"), json.requests()[1].header("Idempotency-Key"));
}

TEST_F(NotifierTest, WithoutAddresses_NothingHappens) {
  notifier_.notify(notice("one"));
  EXPECT_EQ(notifier_.counts(), Counts());
}

TEST_F(NotifierTest, FailedTry_IsRepeatedThreeTimes) {
  HookServer server({PeerScript::answering(500), PeerScript::answering(500), PeerScript::answering(500),
                     PeerScript::answering(200)});
  notifier_.publish({json_to(server)});
  notifier_.notify(notice("one"));
  ASSERT_TRUE(sent(1));
  EXPECT_EQ(server.requests().size(), 4u);
}

TEST_F(NotifierTest, Refusal_IsCountedAndTheNextIsSent) {
  HookServer server({PeerScript::answering(404), PeerScript::answering(200)});
  notifier_.publish({json_to(server)});
  notifier_.notify(notice("one"));
  notifier_.notify(notice("two"));
  ASSERT_TRUE(sent(1));
  EXPECT_EQ(notifier_.counts(), (Counts{.sent = 1, .failed = 1}));
}

TEST_F(NotifierTest, AddressThatHangs_HoldsUpNoOtherAndLosesTheOldest) {
  HookServer hanging({PeerScript{.pieces = {}, .end = PeerScript::End::hang}});
  HookServer server({PeerScript::answering(200)});
  notifier_.publish({json_to(hanging), json_to(server)});
  const auto count = Notifier::longest_queue + 1;
  for (std::size_t i = 0; i < count; ++i) notifier_.notify(notice("n"));
  ASSERT_TRUE(sent(count));
  EXPECT_EQ(notifier_.counts().dropped, 0u);
  notifier_.notify(notice("n"));
  EXPECT_EQ(notifier_.counts().dropped, 1u);
}

TEST_F(NotifierTest, Publish_KeepsWhatWaitsForThoseThatStay) {
  HookServer stays({PeerScript::answering(200)});
  HookServer goes({PeerScript{.pieces = {}, .end = PeerScript::End::hang}});
  notifier_.publish({json_to(goes), json_to(stays)});
  for (int i = 0; i < 3; ++i) notifier_.notify(notice("n"));
  ASSERT_TRUE(until([&] { return goes.requests().size() == 1; }));
  notifier_.publish({json_to(stays)});
  ASSERT_TRUE(sent(3));
  EXPECT_TRUE(until([&] { return goes.left() == 1; }));
  EXPECT_EQ(notifier_.counts(), (Counts{.sent = 3}));
}

}  // namespace
}  // namespace sluice

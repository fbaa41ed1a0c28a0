// What the admin API does without a revision is recorded all the same, and holds nobody up.
#include <gmock/gmock.h>

#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

// Answers at once, with an error, or not at all, and shows what it was given last.
class MoodyStore : public Store {
 public:
  enum class Mood { takes, refuses, is_silent } mood = Mood::takes;
  std::vector<AuditEvent> last;

  Result<Stored, std::string> load() override { return Stored(); }
  void write(Write write, Done done) override {
    last = write.events;
    if (mood == Mood::takes) done({});
    if (mood == Mood::refuses) done(failure(StoreError{StoreError::Kind::unavailable, "disk full"}));
  }
};

class AdminAuditTest : public testing::Test {
 protected:
  AdminAuditTest() { EXPECT_TRUE(applied(revisions_, config_of(quickstart))); }

  ApiResponse post(const std::string& path, const std::string& body = "") {
    ApiRequest request;
    request.method = "POST";
    request.path = path;
    request.host = "localhost";
    request.body = body;
    return awaited_result(api_.answer(std::move(request)));
  }
  ApiResponse drain() { return post("/v1/target-groups/shop-blue/targets/127.0.0.1%3A9001/drain"); }
  std::string last_kind() { return events_.latest(1).at(0).kind; }

  MoodyStore store_;
  EventLog events_;
  Revisions revisions_{Revisions::Parts{
      .publish = [](auto) { return Result<void, std::string>(); }, .store = &store_, .events = &events_}};
  Outcomes outcomes_;
  boost::asio::io_context io_;
  Engine rollouts_{parts_without_hooks(io_, revisions_, outcomes_)};
  AdminApi api_{{.revisions = revisions_,
                 .rollouts = rollouts_,
                 .outcomes = outcomes_,
                 .events = events_,
                 .ready = [] { return true; }}};
};

TEST_F(AdminAuditTest, Drain_IsStoredAsAnEventAlone) {
  EXPECT_EQ(drain().status, 200u);
  ASSERT_EQ(store_.last.size(), 1u);
  EXPECT_EQ(store_.last[0].kind, "target.drained");
  EXPECT_EQ(store_.last[0].author, "local");
  EXPECT_EQ(store_.last[0].revision, 0u);
  EXPECT_EQ(last_kind(), "target.drained");
}

TEST_F(AdminAuditTest, SilentDisk_HoldsUpNoDrainAndShowsNoEvent) {
  store_.mood = MoodyStore::Mood::is_silent;
  EXPECT_EQ(drain().status, 200u);
  EXPECT_EQ(last_kind(), "revision.created");
  EXPECT_EQ(revisions_.unrecorded(), 0u);
}

TEST_F(AdminAuditTest, FullDisk_OwesTheEvent) {
  store_.mood = MoodyStore::Mood::refuses;
  EXPECT_EQ(drain().status, 200u);
  EXPECT_EQ(last_kind(), "revision.created");
  EXPECT_EQ(revisions_.unrecorded(), 1u);
}

TEST_F(AdminAuditTest, FullDisk_OwesNoMoreThanSoMuch) {
  store_.mood = MoodyStore::Mood::refuses;
  for (std::size_t i = 0; i < Revisions::most_owed + 10; ++i) revisions_.tell({.kind = "x"});
  EXPECT_EQ(revisions_.unrecorded(), Revisions::most_owed);
}

TEST_F(AdminAuditTest, SignedOverride_IsAnEventWithoutItsValue) {
  const auto answer = post("/v1/overrides", R"({"service": "shop", "variant": "green", "for": "2h"})");
  ASSERT_EQ(answer.status, 200u);
  ASSERT_EQ(store_.last.size(), 1u);
  EXPECT_EQ(store_.last[0].kind, "override.signed");
  EXPECT_EQ(store_.last[0].service, "shop");
  EXPECT_EQ(store_.last[0].text, "for variant green, good for 2h");
  EXPECT_EQ(post("/v1/overrides", R"({"service": "shop", "variant": "gren"})").status, 422u);
  EXPECT_EQ(events_.list(0, 10).size(), 2u);
}

}  // namespace
}  // namespace sluice

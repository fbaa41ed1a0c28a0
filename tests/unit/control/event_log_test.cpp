// The events in memory: numbers, what is listed, who is told, and what is forgotten.
#include "control/event_log.h"

#include <gmock/gmock.h>

namespace sluice {
namespace {

AuditEvent event(std::uint64_t number) {
  AuditEvent made;
  made.number = number;
  made.kind = "revision.created";
  return made;
}

std::vector<std::uint64_t> numbers(const std::vector<AuditEvent>& events) {
  std::vector<std::uint64_t> all;
  for (const auto& each : events) all.push_back(each.number);
  return all;
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(EventLog, Numbers_GoOnFromWhatTheStoreHad) {
  EventLog log;
  log.restore({event(7), event(9)});
  EXPECT_EQ(log.last(), 9u);
  AuditEvent what;
  what.author = "ci";
  const auto made = log.next(what);
  EXPECT_EQ(made.number, 10u);
  EXPECT_EQ(made.author, "ci");
  EXPECT_GT(made.at, SystemTime{});
  EXPECT_EQ(log.last(), 9u);  // not recorded yet
  EXPECT_EQ(log.next({}).number, 11u);
  log.add(made);
  EXPECT_THAT(numbers(log.list(0, 100)), ElementsAre(7, 9, 10));
}

TEST(EventLog, List_IsTheFirstOnesAfterANumberOrTheLastOnes) {
  EventLog log;
  log.restore({event(1), event(2), event(5), event(6)});
  EXPECT_THAT(numbers(log.list(1, 2)), ElementsAre(2, 5));
  EXPECT_THAT(numbers(log.list(3, 9)), ElementsAre(5, 6));
  EXPECT_THAT(log.list(6, 9), IsEmpty());
  EXPECT_THAT(numbers(log.latest(3)), ElementsAre(2, 5, 6));
  EXPECT_THAT(EventLog().latest(3), IsEmpty());
}

TEST(EventLog, Listeners_AreToldUntilTheyGo) {
  EventLog log;
  int told = 0;
  {
    const auto subscription = log.subscribe([&] { ++told; });
    log.add(log.next({}));
    EXPECT_EQ(log.listeners(), 1u);
  }
  log.add(log.next({}));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(log.listeners(), 0u);
}

TEST(EventLog, Subscription_MayOutliveTheLog) {
  auto log = std::make_unique<EventLog>();
  const auto subscription = log->subscribe([] {});
  log.reset();
}

TEST(EventLog, Oldest_AreForgotten) {
  EventLog log;
  for (std::size_t i = 0; i < EventLog::kept + 3; ++i) log.add(log.next({}));
  EXPECT_EQ(log.forgotten(), 3u);
  EXPECT_EQ(log.list(0, 1).at(0).number, 4u);
}

}  // namespace
}  // namespace sluice

// What a group takes at a time, and who serves what it does not take.
#include "tests/session/running_worker.h"

namespace sluice::session {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

using Capacity = RunningWorker;

TEST_F(Capacity, GroupWithAnAdaptiveLimit_TakesNoMoreAndLearnsFromWhatItAnswers) {
  auto adaptive = std::make_shared<AdaptiveState>();
  adaptive->limit = 1;
  settings.group = [&](TargetGroup& group) { group.adaptive = adaptive; };
  begin();
  auto [first, serving] = ask(get);
  auto second = client();
  second.say(get);
  const auto refusal = second.hear("}");
  EXPECT_THAT(refusal, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refusal, HasSubstr("Retry-After: "));
  EXPECT_EQ(adaptive->samples, 0U);
  serving.say(ok);
  std::ignore = first.hear("ok");
  first.say(get);
  std::ignore = serving.hear("\r\n\r\n");
  EXPECT_EQ(adaptive->samples, 1U);
  EXPECT_EQ(adaptive->most_in_flight, 1U);
  serving.say(ok);
  EXPECT_THAT(first.hear("ok"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Capacity, VariantThatIsFull_IsChargedAndServedByStable) {
  settings.service = [this](Service& service) {
    add_stable(service);
    auto full = std::make_shared<TargetGroup>(*service.variants[0].group);
    full->name = "full";
    full->slot = slots.intern("group/full");
    full->state = std::make_shared<GroupState>();
    full->capacity.requests = 0;
    service.variants[0].group = full;
    service.retry.to = RetryTo::stable;
  };
  begin();
  auto user = client();
  user.say(get);
  auto serving = origin.accept();
  EXPECT_THAT(serving.hear("\r\n\r\n"), HasSubstr("X-Sluice-Variant: stable\r\n"));
  serving.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(counted(AttemptOutcome::no_target), 1U);
}

TEST_F(Capacity, IdleConnection_GoesWhenOthersOfTheProcessWaitForRoom) {
  begin();
  auto [user, serving] = ask(get);
  serving.say(ok);
  std::ignore = user.hear("ok");
  wait_for(100ms);
  EXPECT_TRUE(serving.hears_nothing()) << "it is kept while nobody waits";
  const Counted of_another_worker(published->snapshot->services[0]->variants[0].group->state->pending);
  EXPECT_TRUE(serving.is_left());
}

}  // namespace
}  // namespace sluice::session

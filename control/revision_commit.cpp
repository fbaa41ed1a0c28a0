// How a draft becomes current: stored, then published; and what is done where one of them fails.
#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include "control/revisions.h"
#include "control/store/written.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using Reason = ChangeRefused::Reason;
using std::chrono::milliseconds;

constexpr milliseconds urgent_wait{100};

}  // namespace

// What changes no split, and so makes no revision.
Revisions::LaterNumber Revisions::note(Write write, Urgency urgency) {
  const auto number = published_.snapshot->revision;
  if (urgency == Urgency::at_once) {
    auto late = taker(write);
    const auto stored = co_await written_within(store_, std::move(write), urgent_wait, late);
    if (stored) late(*stored);
    co_return number;
  }
  if (!owed_.empty())
    co_return refuse(Reason::store_unavailable, "what is in effect is not recorded yet: " + trouble_);
  const auto kept = write;
  const auto stored = co_await written(store_, std::move(write));
  if (!stored) co_return refuse(Reason::store_unavailable, stored.error().what);
  recorded(kept);
  co_return number;
}

Revisions::LaterNumber Revisions::commit(Draft draft, Urgency urgency) {
  if (urgency == Urgency::recorded_first && !owed_.empty())
    co_return refuse(Reason::store_unavailable, "what is in effect is not recorded yet: " + trouble_);
  const auto write = begin(draft);
  const auto epoch = epoch_;
  if (urgency == Urgency::recorded_first) {
    auto copy = write;
    const auto stored = co_await written(store_, std::move(copy));
    if (!stored) {
      not_recorded(epoch);
      co_return refuse(Reason::store_unavailable, stored.error().what);
    }
    recorded(write);
    if (epoch != epoch_) co_return refuse(Reason::not_published, "what it was made from was not published");
  } else {
    auto copy = write;
    auto late = taker(write);
    const auto stored = co_await written_within(store_, std::move(copy), urgent_wait, late);
    if (stored) late(*stored);
    // Safety first: whatever became of other changes meanwhile, this is what goes on from here.
    if (epoch != epoch_) head_ = draft.state;
  }
  co_return take(std::move(draft));
}

Write Revisions::begin(Draft& draft) {
  auto record = *draft.state.record;
  record.parent = chain_;
  draft.state.record = std::make_shared<const RevisionRecord>(std::move(record));
  last_number_ = chain_ = draft.state.record->number;
  head_ = draft.state;
  auto write = draft.write;
  write.revision = *draft.state.record;
  AuditEvent made{.author = write.revision->author,
                  .kind = "revision.created",
                  .revision = write.revision->number,
                  .text = write.revision->reason.empty() ? write.revision->diff : write.revision->reason};
  made.service = draft.service;
  if (write.rollout) made.rollout = write.rollout->id;
  write.events.push_back(events_->next(std::move(made)));
  return write;
}

// In effect, if nothing newer is already; that has been made from this one, and has all of it.
Revisions::Number Revisions::take(Draft draft) {
  const auto number = draft.state.snapshot->revision;
  const bool overtaken = published_.snapshot && number <= published_.snapshot->revision;
  const bool configures = !overtaken && published_.config != draft.state.config;
  if (!overtaken) {
    if (const auto done = publish(draft.state, draft.begin); !done) {
      not_published(number, done.error());
      return refuse(Reason::not_published, done.error());
    }
  }
  take_warm_up(draft, overtaken);
  if (configures) applied_();
  return number;
}

void Revisions::take_warm_up(Draft& draft, bool overtaken) {
  const auto* now = find_service(*published_.snapshot, draft.service);
  const bool holds = !overtaken || now == find_service(*draft.state.snapshot, draft.service);
  if (holds && draft.ends_warm_up) {
    warm_ups_.erase(draft.service);
    if (draft.warm_up) warm_ups_.emplace(draft.service, *std::move(draft.warm_up));
  }
}

// The store has last what does not run; the next start must not begin with it.
void Revisions::not_published(std::uint64_t number, const std::string& why) {
  ++epoch_;
  head_ = published_;
  if (!published_.record) return;
  auto record = *published_.record;
  record.number = ++last_number_;
  record.at = system_now();
  record.kind = "rollback";
  record.reason = "revision " + std::to_string(number) + " could not be published: " + why;
  record.diff.clear();
  owe({.revision = std::move(record)});
}

Result<void, std::string> Revisions::publish(const State& next, Clock::time_point begin) {
  draining_.expect(*next.snapshot, Clock::now());
  if (auto done = publish_(next.snapshot); !done) {
    draining_.not_published();
    return done;
  }
  draining_.published(published_.snapshot.get(), *next.snapshot, Clock::now());
  publish_seconds_.Observe(std::chrono::duration<double>(Clock::now() - begin).count());
  published_ = next;
  return {};
}

void Revisions::recorded(const Write& write) {
  if (write.revision) {
    durable_ = std::max(durable_, write.revision->number);
    chain_ = std::max(chain_, durable_);
    history_.add(std::make_shared<const RevisionRecord>(*write.revision));
  }
  for (const auto& event : write.events) events_->add(event);
}

// All that was made from it is void, too; the store refuses it by its parent.
void Revisions::not_recorded(std::uint64_t epoch) {
  if (epoch != epoch_) return;
  ++epoch_;
  head_ = published_;
  chain_ = durable_;
}

void Revisions::tell(AuditEvent event) {
  Write write{.events = {events_->next(std::move(event))}};
  if (owed_.size() >= most_owed) return spdlog::error("event lost: {}", write.events.front().text);
  auto copy = write;
  store_.write(std::move(copy), taker(std::move(write)));
}

Store::Done Revisions::taker(Write write) {
  return [this, write = std::move(write)](Result<void, StoreError> stored) {
    if (stored) return recorded(write);
    trouble_ = stored.error().what;
    spdlog::error("not recorded yet, and in effect all the same: {}", trouble_);
    owe(write);
  };
}

void Revisions::owe(Write write) {
  owed_.push_back(std::move(write));
  if (owed_.size() > 1) return;
  if (executor_) return asio::co_spawn(executor_, settle(), asio::detached);
  // Once, where nobody can come back to it.
  const auto first = next_owed();
  store_.write(first, [this, first](const Result<void, StoreError>& stored) {
    if (!stored) return;
    recorded(first);
    owed_.pop_front();
  });
}

// The first of them, behind what the store has by now.
Write Revisions::next_owed() {
  auto write = owed_.front();
  if (!write.revision) return write;
  // A later one that lasts has been made from it.
  if (write.revision->number <= durable_)
    write.revision.reset();
  else
    write.revision->parent = durable_;
  return write;
}

// Until the store has everything, in order.
asio::awaitable<void> Revisions::settle() {
  asio::steady_timer pause(executor_);
  while (!owed_.empty()) {
    const auto write = next_owed();
    auto copy = write;
    const auto stored = co_await written(store_, std::move(copy));
    if (stored) {
      recorded(write);
      owed_.pop_front();
      if (owed_.empty()) spdlog::info("everything is recorded again");
      continue;
    }
    pause.expires_after(milliseconds(250));
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace sluice

#include "control/revisions.h"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>

#include "control/config_check.h"
#include "control/config_yaml.h"
#include "control/digest.h"
#include "control/sharing.h"
#include "control/split_weights.h"
#include "control/store/written.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using Reason = ChangeRefused::Reason;
using std::chrono::milliseconds;

constexpr milliseconds urgent_wait{100};

tl::unexpected<ChangeRefused> refuse(Reason reason, std::string what) {
  return failure(ChangeRefused{reason, std::move(what)});
}

tl::unexpected<ChangeRefused> refuse(std::vector<config::Problem> problems) {
  const auto what = std::to_string(problems.size()) + (problems.size() == 1 ? " problem" : " problems") +
                    " in the configuration";
  return failure(ChangeRefused{Reason::invalid_config, what, std::move(problems)});
}

std::vector<config::Problem> without_place(std::string what) {
  return {config::Problem{.mark = {1, 1}, .key = {}, .what = std::move(what)}};
}

SystemTime now() {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

bool same(const Variant& a, const Variant& b) {
  return a.name == b.name && a.weight == b.weight && a.group->name == b.group->name;
}

// The service's own split and definition; what its target groups hold is not part of that.
bool same(const Service& a, const Service& b) {
  const auto equal = [](const auto& x, const auto& y) { return same(x, y); };
  return std::ranges::equal(a.variants, b.variants, equal) && a.stable == b.stable &&
         a.salt_seed == b.salt_seed && std::ranges::equal(a.split.ranges(), b.split.ranges()) &&
         a.identity == b.identity;
}

std::shared_ptr<const Snapshot> numbered(const Snapshot& snapshot, std::uint64_t number) {
  auto copy = snapshot;
  copy.revision = number;
  return std::make_shared<const Snapshot>(std::move(copy));
}

// For what had a share and has none after this: it was taken back.
void withdraw_losers(const Service& now, Allocation& after) {
  for (auto& variant : after.variants) {
    const auto before = std::ranges::find(now.variants, variant.name, &Variant::name);
    if (before == now.variants.end() || variant.weight > Weight{}) continue;
    variant.withdrawn = variant.withdrawn || before->withdrawn || before->weight > Weight{};
  }
}

}  // namespace

Revisions::Revisions(Parts parts)
    : builder_(std::move(parts.own_secrets)),
      publish_(std::move(parts.publish)),
      check_(std::move(parts.check)),
      executor_(std::move(parts.executor)),
      store_(parts.store ? *parts.store : own_store_),
      events_(parts.events ? parts.events : &own_events_),
      publish_seconds_({0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5}) {}

void Revisions::restore(std::vector<RevisionRecord> revisions) {
  if (revisions.empty()) return;
  ServiceRevisions numbers;
  Allocations before;
  for (auto& revision : revisions) {
    for (const auto& [service, allocation] : revision.services)
      if (const auto old = before.find(service); old == before.end() || old->second != allocation)
        numbers[service] = revision.number;
    before = revision.services;
    history_.add(std::make_shared<const RevisionRecord>(std::move(revision)));
  }
  head_.record = history_.find(history_.last());
  head_.numbers = std::make_shared<const ServiceRevisions>(std::move(numbers));
  last_number_ = chain_ = durable_ = history_.last();
}

Revisions::LaterNumber Revisions::apply(config::Config config, Provenance by) {
  const auto begin = Clock::now();
  if (auto problems = check_config(config); !problems.empty()) co_return refuse(std::move(problems));
  const auto file = text_id(config.text);
  const bool first = !head_.snapshot;
  if (first && head_.record && head_.record->file == file) co_return take_up(config.path);
  auto like = record_like("apply", by);
  like.file = file;
  const auto kept = head_.snapshot ? allocations_of(*head_.snapshot)
                    : head_.record ? head_.record->services
                                   : Allocations();
  auto draft = draft_of(std::move(config), kept, std::move(like), begin);
  if (!draft) co_return failure(std::move(draft.error()));
  co_return co_await commit(*std::move(draft), Urgency::recorded_first);
}

std::vector<config::Problem> Revisions::try_out(const config::Config& config) {
  if (auto problems = check_config(config); !problems.empty()) return problems;
  const auto draft =
      draft_of(config, allocations_of(*head_.snapshot), record_like("apply", {}), Clock::now());
  if (draft) return {};
  return draft.error().problems.empty() ? without_place(draft.error().what) : draft.error().problems;
}

// The file is the one that was applied last, and what was done since goes on: no new revision.
Revisions::Number Revisions::take_up(const std::string& path) {
  auto stored = read_config_text(head_.record->config->text, path);
  if (stored.problems.empty()) stored.problems = check_config(stored.config);
  if (!stored.problems.empty()) return refuse(std::move(stored.problems));
  auto snapshot = builder_.build(stored.config, head_.record->number, nullptr, head_.record->services);
  if (!snapshot) return refuse(std::move(snapshot.error()));
  head_.snapshot = *std::move(snapshot);
  head_.config = std::make_shared<const config::Config>(std::move(stored.config));
  if (const auto done = publish(head_, Clock::now()); !done) return refuse(without_place(done.error()));
  applied_();
  return head_.record->number;
}

Revisions::LaterNumber Revisions::set_weights(std::string service, NamedWeights weights,
                                              std::optional<std::uint64_t> if_match, Provenance by) {
  const auto begin = Clock::now();
  const auto* known = head_.snapshot ? find_service(*head_.snapshot, service) : nullptr;
  if (!known) co_return refuse(Reason::no_such_service, "no service `" + service + "`");
  // A caller who saw a later revision of the whole has seen this service as it is, too.
  const auto revision = number_of(head_, service);
  if (if_match && (*if_match < revision || *if_match > head_.snapshot->revision))
    co_return refuse(Reason::stale, "service `" + service + "` is at revision " + std::to_string(revision) +
                                        ", not " + std::to_string(*if_match) + "; read it again");
  const auto ordered = weights_in_order(*known, weights);
  if (!ordered) co_return failure(ordered.error());
  if (const auto rollout = rollout_of_(service); !rollout.empty()) co_return refuse_for(rollout, service);
  if (std::ranges::equal(known->variants, *ordered, {}, &Variant::weight)) co_return revision;
  auto next =
      builder_.with_weights(*head_.snapshot, index_of(*head_.snapshot, service), *ordered, last_number_ + 1);
  if (!next) co_return refuse(Reason::too_fine, next.error());
  auto draft =
      draft_of(service, *std::move(next), record_like("weights", by), begin, Urgency::recorded_first);
  co_return co_await commit(std::move(draft), Urgency::recorded_first);
}

Revisions::LaterNumber Revisions::roll_back(std::uint64_t number, Provenance by) {
  const auto begin = Clock::now();
  const auto target = history_.find(number);
  if (!target)
    co_return refuse(Reason::no_such_revision, "no revision " + std::to_string(number) + " is kept");
  auto stored = read_config_text(target->config->text, head_.config->path);
  if (stored.problems.empty()) stored.problems = check_config(stored.config);
  if (!stored.problems.empty()) co_return refuse(std::move(stored.problems));
  Allocations kept;
  for (const auto& [service, allocation] : target->services) {
    auto after = *allocation;
    if (const auto* now = find_service(*head_.snapshot, service)) withdraw_losers(*now, after);
    kept[service] = std::make_shared<const Allocation>(std::move(after));
  }
  auto like = record_like("rollback", by);
  like.file = head_.record->file;
  if (like.reason.empty()) like.reason = "to revision " + std::to_string(number);
  auto draft = draft_of(std::move(stored.config), kept, std::move(like), begin);
  if (!draft) co_return failure(std::move(draft.error()));
  co_return co_await commit(*std::move(draft), Urgency::at_once);
}

Revisions::LaterNumber Revisions::move(RolloutMove move, Urgency urgency, Provenance by) {
  const auto begin = Clock::now();
  Write write{.revision = {}, .rollout = std::move(move.record), .events = std::move(move.events)};
  const auto index = index_of(*head_.snapshot, move.service);
  if (index == head_.snapshot->services.size())  // nothing is left that could be moved
    co_return co_await note(std::move(write), urgency);
  auto next = moved(move, index);
  if (!next) co_return failure(std::move(next.error()));
  const bool changes = !(*(*next)->services[index] == *head_.snapshot->services[index]);
  if (!changes && !move.finishes) co_return co_await note(std::move(write), urgency);
  auto like = record_like("rollout", by);
  like.ended_rollout = write.rollout->ended;
  auto draft = draft_of(move.service, *std::move(next), std::move(like), begin, urgency);
  draft.write = std::move(write);
  co_return co_await commit(std::move(draft), urgency);
}

Result<std::shared_ptr<const Snapshot>, ChangeRefused> Revisions::moved(const RolloutMove& move,
                                                                        std::size_t index) const {
  const auto number = last_number_ + 1;
  const auto& service = *head_.snapshot->services[index];
  auto next = numbered(*head_.snapshot, number);
  if (move.restores) {
    auto after = move.before;
    withdraw_losers(service, after);
    auto restored = SnapshotBuilder::with_allocation(*next, index, after);
    if (!restored) {  // a variant of then is gone: what is left shares
      spdlog::warn("service {}: {}; its other variants get the share", move.service, restored.error());
      restored = builder_.with_weights(*next, index,
                                       weights_with_share(service, move.variant, {}, move.before), number);
    }
    if (!restored) return refuse(Reason::too_fine, restored.error());
    next = *std::move(restored);
  }
  if (move.share) {
    auto shifted = builder_.with_weights(
        *next, index, weights_with_share(service, move.variant, *move.share, move.before), number);
    if (!shifted) return refuse(Reason::too_fine, shifted.error());
    next = *std::move(shifted);
  }
  if (move.finishes && !is_stable_named(move.service)) {
    const auto found = std::ranges::find(service.variants, move.variant, &Variant::name);
    if (found != service.variants.end())
      next = SnapshotBuilder::with_stable(*next, index,
                                          static_cast<std::uint32_t>(found - service.variants.begin()));
  }
  return next;
}

bool Revisions::is_stable_named(const std::string& service) const {
  const auto& services = head_.config->services;
  const auto found = std::ranges::find(services, service, &config::Service::name);
  return found != services.end() && !found->stable.empty();
}

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

tl::unexpected<ChangeRefused> Revisions::refuse_for(const std::string& rollout, const std::string& service) {
  return refuse(Reason::rollout_running, "rollout " + rollout + " moves service `" + service +
                                             "`; wait for its end, or abort it (--abort does both)");
}

RevisionRecord Revisions::record_like(const std::string& kind, const Provenance& by) const {
  RevisionRecord like{.at = now(), .author = by.author, .kind = kind, .reason = by.reason};
  if (head_.record) {
    like.config = head_.record->config;
    like.file = head_.record->file;
  }
  return like;
}

Result<Revisions::Draft, ChangeRefused> Revisions::draft_of(config::Config config, const Allocations& kept,
                                                            RevisionRecord like, Clock::time_point begin) {
  auto snapshot = builder_.build(config, last_number_ + 1, head_.snapshot.get(), kept);
  if (!snapshot) return refuse(std::move(snapshot.error()));
  for (const auto& service : head_.snapshot ? head_.snapshot->services : decltype(Snapshot::services)()) {
    const auto rollout = rollout_of_(service->name);
    const auto* next = find_service(**snapshot, service->name);
    if (!rollout.empty() && !(next && same(*service, *next))) return refuse_for(rollout, service->name);
  }
  if (check_)
    if (const auto works = check_(*snapshot); !works) return refuse(without_place(works.error()));
  like.config = std::make_shared<const ConfigText>(ConfigText{text_id(config.text), config.text});
  Draft draft{.state = {.snapshot = *std::move(snapshot),
                        .config = std::make_shared<const config::Config>(std::move(config))},
              .begin = begin};
  describe(draft, std::move(like));
  return draft;
}

Revisions::Draft Revisions::draft_of(const std::string& service, std::shared_ptr<const Snapshot> next,
                                     RevisionRecord like, Clock::time_point begin, Urgency urgency) {
  const auto index = index_of(*next, service);
  Draft draft{
      .state = {.snapshot = std::move(next), .config = head_.config}, .begin = begin, .service = service};
  const auto& was = *head_.snapshot->services[index];
  const auto& is = *draft.state.snapshot->services[index];
  const bool moves =
      weights_of(was) != weights_of(is) || !std::ranges::equal(was.split.ranges(), is.split.ranges());
  if (moves) {
    draft.ends_warm_up = true;
    if (urgency == Urgency::recorded_first) {
      const auto running = warm_ups_.find(service);
      draft.warm_up = warm_up(was, is, running == warm_ups_.end() ? nullptr : &running->second, begin);
    }
  }
  if (draft.warm_up)
    draft.state.snapshot = SnapshotBuilder::with_split(*draft.state.snapshot, index, draft.warm_up->before);
  describe(draft, std::move(like));
  return draft;
}

// What the store and people are told of it: where each service is, or is on its way to.
void Revisions::describe(Draft& draft, RevisionRecord like) const {
  static const Allocations none;
  const auto& before = head_.record ? head_.record->services : none;
  for (const auto& service : draft.state.snapshot->services) {
    const auto old = before.find(service->name);
    const bool own = service->name == draft.service;
    // What is the very object of the head is as that says, also where a warm-up is on its way to the store.
    const auto unchanged = head_.snapshot ? find_named(head_.snapshot->services, service->name) : nullptr;
    if (!own && unchanged == service && old != before.end()) {
      like.services[service->name] = old->second;
      continue;
    }
    auto allocation = allocation_of(*service);
    const auto warming = warm_ups_.find(service->name);
    const WarmUp* way = warming == warm_ups_.end() ? nullptr : &warming->second;
    if (own && draft.ends_warm_up) way = draft.warm_up ? &*draft.warm_up : nullptr;
    if (way && way->fits(*service))
      allocation.ranges.assign(way->after.ranges().begin(), way->after.ranges().end());
    like.services[service->name] = old != before.end() && *old->second == allocation
                                       ? old->second
                                       : std::make_shared<const Allocation>(std::move(allocation));
  }
  like.number = draft.state.snapshot->revision;
  like.diff = difference(before, like.services);
  draft.state.numbers = numbers_after(draft.state);
  draft.state.record = std::make_shared<const RevisionRecord>(std::move(like));
}

std::shared_ptr<const Revisions::ServiceRevisions> Revisions::numbers_after(const State& next) const {
  ServiceRevisions numbers;
  for (const auto& service : next.snapshot->services) {
    const auto* before = head_.snapshot ? find_service(*head_.snapshot, service->name) : nullptr;
    numbers[service->name] =
        before && same(*before, *service) ? number_of(head_, service->name) : next.snapshot->revision;
  }
  return std::make_shared<const ServiceRevisions>(std::move(numbers));
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
  record.at = now();
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

std::optional<SteadyTime> Revisions::next_step() const noexcept {
  std::optional<SteadyTime> first;
  for (const auto& [service, warm_up] : warm_ups_)
    if (const auto next = warm_up.next_step(); !first || next < *first) first = next;
  return first;
}

void Revisions::step(SteadyTime now) {
  for (auto each = warm_ups_.begin(); each != warm_ups_.end();)
    each = step(each->first, each->second, now) ? warm_ups_.erase(each) : std::next(each);
}

bool Revisions::step(const std::string& service, WarmUp& warm_up, SteadyTime now) {
  const auto index = index_of(*published_.snapshot, service);
  if (index == published_.snapshot->services.size()) return true;
  const auto& known = *published_.snapshot->services[index];
  const auto step = warm_up.step_at(now);
  if (step == warm_up.done) return false;
  // What is on its way to the store would not have it.
  if (head_.snapshot != published_.snapshot) {
    warm_up.put_off();
    return false;
  }
  // A file that was read meanwhile may have given the service other variants: then there is no way to go on.
  const bool goes_on = warm_up.fits(known);
  auto next = SnapshotBuilder::with_split(
      *published_.snapshot, index,
      goes_on ? warm_up.split_at(step) : known.split.rebalanced(weights_of(known)).split);
  if (!publish_(next)) {
    warm_up.put_off();
    return false;
  }
  warm_up.done = step;
  published_.snapshot = head_.snapshot = std::move(next);
  return step == warm_up.steps() || !goes_on;
}

bool Revisions::set_test(const std::string& service, std::shared_ptr<const TestTraffic> test) {
  const auto index = index_of(*published_.snapshot, service);
  if (index == published_.snapshot->services.size() || head_.snapshot != published_.snapshot) return false;
  auto next = SnapshotBuilder::with_test(*published_.snapshot, index, std::move(test));
  if (!publish_(next)) return false;
  published_.snapshot = head_.snapshot = std::move(next);
  return true;
}

std::size_t Revisions::index_of(const Snapshot& snapshot, const std::string& service) noexcept {
  const auto at = std::ranges::find(snapshot.services, service, [](const auto& each) { return each->name; });
  return static_cast<std::size_t>(at - snapshot.services.begin());
}

std::uint64_t Revisions::number_of(const State& state, const std::string& service) noexcept {
  if (!state.numbers) return 0;
  const auto found = state.numbers->find(service);
  return found == state.numbers->end() ? 0 : found->second;
}

}  // namespace sluice

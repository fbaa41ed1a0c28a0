#include "control/revisions.h"

#include <algorithm>

#include "control/config_check.h"
#include "control/config_yaml.h"
#include "control/digest.h"
#include "control/split_weights.h"

namespace sluice {
namespace {

using Reason = ChangeRefused::Reason;

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
    const auto* now = find_service(*head_.snapshot, service);
    kept[service] =
        now ? std::make_shared<const Allocation>(with_losers_withdrawn(*now, *allocation)) : allocation;
  }
  auto like = record_like("rollback", by);
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

tl::unexpected<ChangeRefused> Revisions::refuse_for(const std::string& rollout, const std::string& service) {
  return refuse(Reason::rollout_running, "rollout " + rollout + " moves service `" + service +
                                             "`; wait for its end, or abort it (--abort does both)");
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
      goes_on ? warm_up.split_at(step) : known.split.rebalanced(weights_of(known.variants)).split);
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

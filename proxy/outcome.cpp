#include "proxy/outcome.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

#include <spdlog/spdlog.h>

#include "health/adaptive_limit.h"
#include "health/outlier.h"
#include "proxy/client_address.h"
#include "proxy/head_writer.h"
#include "proxy/worker.h"

namespace sluice {
namespace {

AttemptOutcome outcome_of(const Exchange& x, ErrorCode error) noexcept {
  switch (error) {
    case ErrorCode::none:
      return x.response.status >= 500 ? AttemptOutcome::status_5xx : AttemptOutcome::success;
    case ErrorCode::upstream_connect_failed:
    case ErrorCode::upstream_connect_timeout:
    case ErrorCode::upstream_tls_failed:
      return AttemptOutcome::connect_failed;
    case ErrorCode::upstream_timeout:
      return AttemptOutcome::timeout;
    case ErrorCode::upstream_reset:
      return AttemptOutcome::reset;
    case ErrorCode::upstream_bad_response:
      return AttemptOutcome::bad_response;
    default:
      return AttemptOutcome::cancelled;
  }
}

// How long it took tells how much the group can bear.
void judge_load(const Exchange& x, AttemptOutcome outcome) {
  const auto& group = *x.serving->group;
  if (!group.adaptive || x.at.connected == Clock::time_point{}) return;
  const bool answered = outcome == AttemptOutcome::success || outcome == AttemptOutcome::status_5xx;
  if (!answered && outcome != AttemptOutcome::timeout) return;
  const auto now = Clock::now();
  const auto end = answered && x.at.first_byte != Clock::time_point{} ? x.at.first_byte : now;
  record(*group.adaptive, group.adaptive_bounds, {.latency = end - x.at.connected, .in_flight = x.in_flight}, now);
}

// What it means for the target's place among the others.
void judge_target(const Exchange& x, AttemptOutcome outcome) {
  if (outcome == AttemptOutcome::success) return note_success(*x.target->state);
  if (!is_failure(outcome)) return;
  const auto& group = *x.serving->group;
  if (note_failure(group, *x.target, Clock::now()))
    spdlog::warn("target {} of group {} is ejected: {} failures in a row, the last one a {}", x.target->address,
                 group.name, group.outlier.consecutive_5xx, to_string(outcome));
}

// Everything that routing wants to know besides the head.
void meet_visitor(Worker& worker, Exchange& x) {
  const auto& trusted = x.snapshot->snapshot().trusted;
  x.request.client = x.peer->trusted ? forwarded_client(x.request.fields, x.peer->ip, trusted) : x.peer->ip;
  x.arrival.listener = x.listener->name;
  x.arrival.trusted = x.peer->trusted && contain(trusted, x.request.client);
  const std::array random{worker.random().next(), worker.random().next()};
  std::memcpy(x.arrival.fresh_id.data(), random.data(), sizeof random);
  x.visitor.emplace(x.snapshot->snapshot(), x.request, x.arrival, worker.sequences());
}

}  // namespace

void stamp(Worker& worker, Exchange& x) {
  x.at.started = Clock::now();
  x.arrival.now = UnixSeconds(std::chrono::seconds(std::time(nullptr)));
  const std::span<char> id(x.own_request_id);
  write_hex(id.first(16), worker.random().next());
  write_hex(id.last(16), worker.random().next());
  x.request_id = {x.own_request_id.data(), x.own_request_id.size()};
  const std::span<char> root(x.trace_root);
  root[0] = '1';
  root[1] = root[10] = '-';
  write_hex(root.subspan(2, 8), static_cast<std::uint64_t>(x.arrival.now.time_since_epoch().count()));
  std::ranges::copy(id.first(24), root.begin() + 11);
  meet_visitor(worker, x);
  if (!x.peer->trusted) return;
  if (const auto* sent = x.request.fields.find(HeaderId::x_request_id); sent && !sent->value.empty())
    x.request_id = sent->value;
}

void count_assignment(Worker& worker, const Exchange& x) {
  const auto& assignment = x.assignment;
  worker.metrics().outcomes.cell(*x.listener, assignment.variant).count(assignment.by);
  if (assignment.identity.minted || assignment.override_verdict != OverrideVerdict::absent) {
    auto& cell = worker.metrics().services.at(x.service->slot);
    if (assignment.identity.minted) add(cell.minted);
    if (assignment.identity.cookie == CookieVerdict::forged) add(cell.forged);
    if (assignment.override_verdict == OverrideVerdict::applied) add(cell.overrides_applied);
    if (assignment.override_verdict == OverrideVerdict::refused) add(cell.overrides_refused);
  }
  if (assignment.by == ChosenBy::override_header) return;  // a tester is no user
  for (const auto& exposure : assignment.exposures)
    worker.metrics().outcomes.exposures().count(exposure, assignment.identity.value);
}

void count_attempt(Worker& worker, const Exchange& x, const AttemptResult& result) {
  const auto outcome = outcome_of(x, result.error);
  auto& metrics = worker.metrics();
  add(metrics.groups.at(x.serving->group->slot).attempts[static_cast<std::size_t>(outcome)]);
  // That a kept connection was dead is nobody's failure.
  if (result.failed.from_idle && outcome == AttemptOutcome::reset) return;
  auto& cells = metrics.outcomes.attempts();
  cells.targets.at(x.target->slot).record(outcome);
  if (x.attempts == 1 && x.serving == x.assignment.variant) {
    std::optional<std::chrono::nanoseconds> latency;
    if (x.at.first_byte != Clock::time_point{}) latency = x.at.first_byte - x.at.started;
    cells.variants.at(x.serving->slot).record(x.assignment, outcome, latency);
  }
  judge_target(x, outcome);
  judge_load(x, outcome);
}

void record(Worker& worker, Exchange& x) {
  x.at.ended = Clock::now();
  auto& cell = worker.metrics().outcomes.cell(*x.listener, x.assignment.variant);
  cell.record(x.status, x.at.ended - x.at.started);
  worker.log(x);
}

}  // namespace sluice

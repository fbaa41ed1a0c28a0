#include "proxy/outcome.h"

#include <algorithm>
#include <ctime>

#include "proxy/head_writer.h"
#include "proxy/worker.h"

namespace sluice {
namespace {

AttemptOutcome outcome_of(const Exchange& x, ErrorCode error) noexcept {
  switch (error) {
    case ErrorCode::none:
      return x.status >= 500 ? AttemptOutcome::status_5xx : AttemptOutcome::success;
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

}  // namespace

void stamp(Worker& worker, Exchange& x) {
  x.at.started = Clock::now();
  const std::span<char> id(x.own_request_id);
  write_hex(id.first(16), worker.random().next());
  write_hex(id.last(16), worker.random().next());
  x.request_id = {x.own_request_id.data(), x.own_request_id.size()};
  const std::span<char> root(x.trace_root);
  root[0] = '1';
  root[1] = root[10] = '-';
  write_hex(root.subspan(2, 8), static_cast<std::uint64_t>(std::time(nullptr)));
  std::ranges::copy(id.first(24), root.begin() + 11);
  if (!x.peer->trusted) return;
  if (const auto* sent = x.request.fields.find(HeaderId::x_request_id); sent && !sent->value.empty())
    x.request_id = sent->value;
}

void count_attempt(Worker& worker, const Exchange& x, ErrorCode error) {
  auto& cell = worker.metrics().groups.at(x.assignment.variant->group->slot);
  add(cell.attempts[static_cast<std::size_t>(outcome_of(x, error))]);
}

void record(Worker& worker, Exchange& x) {
  x.at.ended = Clock::now();
  auto& cell = worker.metrics().outcomes.cell(*x.listener, x.assignment.variant);
  if (x.assignment.variant) add(cell.assigned);
  cell.record(x.status, x.at.ended - x.at.started);
  worker.log(x);
}

}  // namespace sluice

#include "proxy/call_deadline.h"

#include "proxy/grpc_timeout.h"
#include "proxy/pause.h"

namespace sluice {
namespace {

const Field* find_named(const Fields& fields, std::string_view name) noexcept {
  for (const auto& field : fields)
    if (field.name.size() == name.size() && equal_ignoring_case(field.name, name)) return &field;
  return nullptr;
}

// None if the request is no call of gRPC, or says nothing that can be understood.
std::optional<std::chrono::nanoseconds> time_of_call(const Exchange& exchange) noexcept {
  const auto& request = exchange.request;
  if (request.method != "POST" || !exchange.upgrade.empty()) return {};
  const auto* timeout = find_named(request.fields, "grpc-timeout");
  if (!timeout) return {};
  const auto* type = find_named(request.fields, "content-type");
  if (!type || !type->value.starts_with("application/grpc")) return {};
  return parse_grpc_timeout(timeout->value);
}

}  // namespace

CallDeadline::CallDeadline(DeadlineWheel& wheel, Exchange& exchange) : Deadline(wheel), exchange_(exchange) {
  if (const auto time = time_of_call(exchange)) expires_at(exchange.at.started + *time);
}

// It may come while a connection is being made, which nothing here can end: so it looks again until the exchange
// is over. What it ends may be the end of this.
void CallDeadline::on_deadline() {
  over_ = true;
  expires_after(DeadlineWheel::tick);
  if (exchange_.pause) return exchange_.pause->cancel();
  exchange_.end_upstream();
}

}  // namespace sluice

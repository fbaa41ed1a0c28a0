#include "proxy/response_edits.h"

#include "routing/service.h"

namespace sluice {
namespace {

void write_cookie(HeadWriter& head, const Exchange& exchange, std::string_view name, std::string_view value,
                  std::chrono::seconds max_age) {
  head << "Set-Cookie: " << name << "=" << value
       << "; Path=/; Max-Age=" << static_cast<std::uint64_t>(max_age.count()) << "; HttpOnly; SameSite=Lax"
       << (exchange.is_secure() ? "; Secure\r\n" : "\r\n");
}

void write_identity(HeadWriter& head, const Exchange& exchange) {
  const auto& cookie = *exchange.service->identity.cookie;
  IdText id;
  exchange.assignment.identity.value->copy(id.data(), id.size());
  const auto value = cookie_value(cookie, id);
  write_cookie(head, exchange, cookie.name, {value.data(), value.size()}, cookie.max_age);
}

// Whoever was put into a variant by a tester's header or an experiment is not bound to it, and an answer of
// our own binds nobody to a variant that gave none.
bool pins(const Exchange& exchange) noexcept {
  if (!exchange.service->pin || exchange.error != ErrorCode::none) return false;
  if (exchange.serving != exchange.assignment.variant) return false;
  return exchange.assignment.by == ChosenBy::split || exchange.assignment.by == ChosenBy::pin;
}

}  // namespace

void write_response_additions(HeadWriter& head, const Exchange& exchange) {
  if (exchange.rule && exchange.rule->response_headers)
    for (const auto& [name, value] : exchange.rule->response_headers->set)
      head << name << ": " << value << "\r\n";
  if (!exchange.service) return;
  if (exchange.assignment.identity.minted) write_identity(head, exchange);
  if (pins(exchange)) {
    const auto& pin = *exchange.service->pin;
    const PinValue value(pin, exchange.assignment.variant->name, exchange.arrival.now);
    write_cookie(head, exchange, pin.cookie, value.text(), pin.duration);
  }
}

}  // namespace sluice

// What Sluice changes in the head of a response on its way to the client: the rule's header edits, and the
// cookies that it gives out itself.
#pragma once

#include "proxy/exchange.h"
#include "proxy/head_writer.h"

namespace sluice {

// Whether the rule takes this field away, or sets it anew.
[[nodiscard]] inline bool rule_drops(const Exchange& exchange, const Field& field) noexcept {
  return exchange.rule && exchange.rule->response_headers &&
         exchange.rule->response_headers->drops(field.name);
}

// The fields that the rule sets, and Set-Cookie for an identity that was minted and for a pin.
void write_response_additions(HeadWriter& head, const Exchange& exchange);

}  // namespace sluice

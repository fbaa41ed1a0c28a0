// Which fields of a message go on to the other side, whatever the versions: hop-by-hop ones, those that a
// Connection field names, and those that Sluice writes itself stay behind.
#pragma once

#include "proxy/forwarded_headers.h"
#include "proxy/h1_framing.h"
#include "proxy/response_edits.h"

namespace sluice {

// Whether a Connection field takes this one away. Host and what frames the message never go that way.
[[nodiscard]] inline bool named_by_connection(const Fields& fields, const Field& field) noexcept {
  return field.id != HeaderId::host && field.id != HeaderId::content_length &&
         connection_names(fields, field.name);
}

// Calls `with` for each field of the request that its target gets as it came. Host is left out where a rule
// gives another one.
template <class F>
void for_each_passing(const Exchange& exchange, const F& with) {
  const auto& fields = exchange.request.fields;
  const auto connection = connection_options(fields);
  for (const auto& field : fields) {
    if (!passes_upstream(field, exchange)) continue;
    if (connection.names_fields && named_by_connection(fields, field)) continue;
    if (field.id == HeaderId::expect && !exchange.expects_continue) continue;
    if (field.id == HeaderId::host && !exchange.rewritten.host.empty()) continue;
    with(field);
  }
}

// The same for a response. `exchange`: whose rule may drop some; null for an interim response.
template <class F>
void for_each_passing(const ResponseHead& response, const Exchange* exchange, const F& with) {
  const auto connection = connection_options(response.fields);
  for (const auto& field : response.fields) {
    if (!passes_downstream(field)) continue;
    if (connection.names_fields && named_by_connection(response.fields, field)) continue;
    if (exchange && rule_drops(*exchange, field)) continue;
    with(field);
  }
}

}  // namespace sluice

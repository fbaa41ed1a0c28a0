// What Sluice tells an upstream about a request: who asked, by which way, under which ids, for which variant.
// The same names sent by a client are removed, unless it is trusted.
#pragma once

#include "proxy/exchange.h"
#include "proxy/head_writer.h"

namespace sluice {

// Whether this field of the request goes to the upstream as it is. Hop-by-hop fields and those that Sluice
// writes itself do not.
[[nodiscard]] bool passes_upstream(const Field& field, const Exchange& exchange) noexcept;
// Whether this field of a response goes to the client as it is.
[[nodiscard]] bool passes_downstream(const Field& field) noexcept;

// What never changes for a client that is not trusted: X-Forwarded-For, -Proto and -Port.
[[nodiscard]] std::string forwarded_lines(const Peer& peer);

// X-Forwarded-For, -Proto, -Port, X-Amzn-Mtls-*, X-Request-Id, X-Amzn-Trace-Id, Feature-Flags and
// X-Sluice-Variant.
void write_forwarded(HeadWriter& head, const Exchange& exchange);

// X-Amzn-Trace-Id by ALB's rules: a Root is added where there is none, where there is one a Self comes before
// it (an older Self goes), and what is longer than 7 KiB is made anew. `own` is "1-<8 hex digits of the
// epoch>-<24 hex digits>".
void write_trace_id(HeadWriter& head, const Field* sent, std::string_view own);

}  // namespace sluice

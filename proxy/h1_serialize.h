// Heads on their way out in HTTP/1.1: the fields that pass, and what Sluice adds.
#pragma once

#include "proxy/exchange.h"
#include "proxy/h1_write.h"
#include "proxy/head_writer.h"

namespace sluice {

// The head of an exchange's request for its target. `websocket_key`: if the client's version has none.
void write_request_head(HeadWriter& head, const Exchange& exchange, std::string_view websocket_key = {});

// How the request's body goes to a target that speaks HTTP/1.
[[nodiscard]] Encoding encoding_upstream(const Exchange& exchange) noexcept;

// What the client's connection makes of a response.
struct ResponseFraming {
  Encoding encoding = Encoding::identity;
  bool close = false;       // Connection: close
  bool keep_alive = false;  // Connection: keep-alive, for HTTP/1.0
  bool upgrade = false;     // a 101: Connection: upgrade
};
// `exchange`: whose rule and cookies have a part in it, and whose upgrade a target of HTTP/2 grants; null for
// an interim response.
void write_response_head(HeadWriter& head, const ResponseHead& response, const ResponseFraming& framing,
                         const Exchange* exchange = nullptr);

// The standard reason phrase of a status, or "".
[[nodiscard]] std::string_view reason_phrase(std::uint16_t status) noexcept;

}  // namespace sluice

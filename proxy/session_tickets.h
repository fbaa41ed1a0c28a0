// Session tickets for a server's context: sealed with TicketKeys, kept to those who may have them.
#pragma once

#include <openssl/ssl.h>

#include "proxy/certificates.h"
#include "proxy/ticket_keys.h"
#include "routing/listener.h"

namespace sluice {

// Tickets are the only memory of sessions. `keys` must outlive the context. A ticket is good only where it
// was given: under the same certificates and the same demands on the client's (CVE-2025-23419).
[[nodiscard]] bool set_tickets(SSL_CTX* context, const CertificateSet& set, const ListenerTls& tls,
                               const TicketKeys& keys);

}  // namespace sluice

// The certificates of clients: asked for and verified in the handshake as the listener says, and told to the
// upstream in ALB's header fields.
#pragma once

#include <openssl/ssl.h>

#include <string>

#include "routing/listener.h"
#include "routing/result.h"

namespace sluice {

// Makes a server's context ask for them.
[[nodiscard]] Result<void, std::string> demand_client_certificate(SSL_CTX* context, const ClientAuth& auth);

// After the handshake: the X-Amzn-Mtls-* lines for the upstream, each with its line end. Empty if the client
// showed none.
[[nodiscard]] std::string client_certificate_lines(const SSL* ssl, ClientAuth::Mode mode);

}  // namespace sluice

// TLS of the admin address.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "routing/listener.h"
#include "routing/result.h"

namespace sluice {

// For a server: TLS 1.2 and 1.3, with this certificate.
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>, std::string> admin_tls(
    const Certificate& certificate);

}  // namespace sluice

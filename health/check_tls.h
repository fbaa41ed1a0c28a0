// TLS for the checks of one group, verified as its requests are. Made once for all of its targets, with each
// revision that changes its settings.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "routing/target_group.h"

namespace sluice {

// `tls`: the group's; null: whoever answers is believed. Never null; one that cannot be made as it should be
// believes nobody.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> make_check_tls(const UpstreamTls* tls);

}  // namespace sluice

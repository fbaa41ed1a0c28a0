// Where the admin API listens, as `admin.address` writes it.
#pragma once

#include <string>
#include <string_view>

#include "control/address.h"
#include "routing/result.h"

namespace sluice {

struct AdminAddress {
  HostPort tcp;      // unless there is a path
  std::string path;  // of a Unix socket; empty: none
};

// "127.0.0.1:9900", as parse_listen_address takes it, or "unix:/run/sluice.sock".
[[nodiscard]] Result<AdminAddress, std::string> parse_admin_address(std::string_view text);

// Whether only this machine reaches it.
[[nodiscard]] bool is_local(const AdminAddress& address);

}  // namespace sluice

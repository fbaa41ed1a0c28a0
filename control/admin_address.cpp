#include "control/admin_address.h"

#include <sys/un.h>

namespace sluice {
namespace {

constexpr std::string_view unix_scheme = "unix:";
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;

}  // namespace

Result<AdminAddress, std::string> parse_admin_address(std::string_view text) {
  if (!text.starts_with(unix_scheme)) {
    const auto tcp = parse_listen_address(text);
    if (!tcp) return failure(tcp.error());
    return AdminAddress{*tcp, {}};
  }
  const auto path = text.substr(unix_scheme.size());
  if (!path.starts_with('/') || path.size() > longest_path)
    return failure("`" + std::string(text) + "` has no absolute path of at most " +
                   std::to_string(longest_path) + " characters; write as unix:/run/sluice.sock");
  return AdminAddress{{}, std::string(path)};
}

bool is_local(const AdminAddress& address) {
  return !address.path.empty() || is_loopback(address.tcp.host);
}

}  // namespace sluice

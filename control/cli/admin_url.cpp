#include "control/cli/admin_url.h"

#include "control/address.h"
#include "control/admin_address.h"

namespace sluice::cli {

Result<AdminUrl, std::string> parse_admin_url(std::string_view url) {
  using Scheme = AdminUrl::Scheme;
  const auto wrong = [&] {
    return failure("`" + std::string(url) +
                   "` is no admin URL like http://127.0.0.1:9900, https://proxy:9900 or "
                   "unix:/run/sluice.sock");
  };
  if (url.starts_with("unix:")) {
    const auto where = parse_admin_address(url);
    if (!where) return wrong();
    return AdminUrl{Scheme::unix_socket, where->path, 0, "localhost"};
  }
  const auto scheme = url.starts_with("https://") ? Scheme::https : Scheme::http;
  auto authority = url;
  if (!authority.starts_with("http://") && scheme == Scheme::http) return wrong();
  authority.remove_prefix(scheme == Scheme::https ? 8 : 7);
  if (authority.ends_with('/')) authority.remove_suffix(1);
  if (authority.empty() || authority.find_first_of("/?#@") != authority.npos) return wrong();
  const bool has_port = authority.rfind(':') != authority.npos && !authority.ends_with(']');
  const auto usual_port = scheme == Scheme::https ? ":443" : ":80";
  const auto where = parse_address(std::string(authority) + (has_port ? "" : usual_port));
  if (!where) return wrong();
  return AdminUrl{scheme, where->host, where->port, std::string(authority)};
}

}  // namespace sluice::cli

#include "routing/request_head.h"

namespace sluice {

std::string_view host_without_port(std::string_view authority) noexcept {
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    return close == std::string_view::npos ? authority : authority.substr(0, close + 1);
  }
  auto host = authority.substr(0, authority.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);  // the root's: DNS knows no other host by it
  return host;
}

}  // namespace sluice

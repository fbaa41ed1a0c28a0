// PROXY headers: what is complete is so at its own size and no earlier, and bytes behind it change nothing;
// what is malformed stays so whatever follows; a client that was named can be named again.
#include "proxy/proxy_protocol.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

using ProxyState = ProxyHeader::State;

void check_complete(std::string_view input, const ProxyHeader& header) {
  require(header.size > 0 && header.size <= input.size() && header.size <= longest_proxy_header);
  const auto alone = parse_proxy_header(input.substr(0, header.size));
  require(alone.state == ProxyState::complete && alone.size == header.size && alone.client == header.client);
  require(parse_proxy_header(input.substr(0, header.size - 1)).state == ProxyState::incomplete);
  if (!header.names_client) return;
  const auto again = parse_proxy_header(proxy_header_v2(header.client, header.client));
  require(again.state == ProxyState::complete && again.names_client && again.client == header.client);
}

void check_header(std::string_view input) {
  const auto whole = parse_proxy_header(input);
  if (whole.state == ProxyState::complete) return check_complete(input, whole);
  for (std::size_t size = 0; size < input.size(); ++size) {
    const auto part = parse_proxy_header(input.substr(0, size));
    require(part.state != ProxyState::complete);
    if (part.state == ProxyState::malformed) require(whole.state == ProxyState::malformed);
  }
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sluice::fuzz::check_header(sluice::fuzz::text_of(data, size));
  return 0;
}

// The access log's line of any request, even one that no parser would take: one line of JSON in ASCII, with
// the texts in it.
#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "proxy/access_log.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

// Bytes above ASCII stand in the log as the character of that number.
std::string as_logged(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) text += static_cast<char>(0xC0 | byte >> 6);
    text += byte >= 0x80 ? static_cast<char>(0x80 | (byte & 0x3F)) : c;
  }
  return text;
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  auto input = fuzz::text_of(data, size);
  const auto number = fuzz::take_number(input);
  const auto cut = std::min(number, input.size());
  Peer peer;
  peer.ip_text = "192.0.2.1";
  Listener listener;
  listener.name = "edge";
  Exchange exchange;
  exchange.peer = &peer;
  exchange.listener = &listener;
  exchange.trace_root.fill('0');
  exchange.request.target = input.substr(0, cut);
  exchange.request.authority = input.substr(cut);
  exchange.status = 200;

  std::string line;
  append_json_line(line, exchange,
                   std::chrono::system_clock::time_point(std::chrono::seconds(1'795'453'200)));
  fuzz::require(std::ranges::count(line, '\n') == 1 && line.ends_with("}\n"));
  fuzz::require(std::ranges::all_of(line, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); }));
  fuzz::require(line.size() <= 6 * size + 1000);
  boost::system::error_code error;
  const auto parsed = boost::json::parse(line, error);
  fuzz::require(!error);
  fuzz::require(parsed.at("path").as_string() ==
                boost::json::string(fuzz::as_logged(exchange.request.target)));
  fuzz::require(parsed.at("host").as_string() ==
                boost::json::string(fuzz::as_logged(exchange.request.authority)));
  return 0;
}

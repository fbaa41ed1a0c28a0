// Requests: a head that came in two pieces reads like one that came at once, and what is sent on for it reads
// as the same request with the same body, one Host and no control bytes.
#include <algorithm>
#include <string>
#include <vector>

#include "proxy/forwarded_headers.h"
#include "proxy/h1_framing.h"
#include "proxy/h1_head.h"
#include "proxy/h1_serialize.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

bool same(const HeadProgress& a, const HeadProgress& b) {
  return a.state == b.state && a.error == b.error && a.size == b.size;
}

bool is_field_byte(char c) {
  return c == '\t' || c == '\r' || c == '\n' || static_cast<unsigned char>(c) >= 0x20;
}

void check_request_cut(std::string_view input, std::size_t cut, const HeadProgress& whole) {
  RequestHead head;
  RequestParser parser(head, {});
  auto progress = parser.parse(input.substr(0, std::min(cut, input.size())));
  if (progress.state == HeadProgress::State::incomplete) progress = parser.parse(input);
  require(same(progress, whole));
}

void check_sent_on(RequestHead head, const Framing& framing) {
  Peer peer;
  peer.ip_text = "192.0.2.1";
  peer.forwarded = forwarded_lines(peer);
  Target target;
  target.address = "10.0.0.1:80";
  Exchange exchange;
  exchange.request = std::move(head);
  const auto& request = exchange.request;
  exchange.rewritten.target = request.target;
  exchange.peer = &peer;
  exchange.target = &target;
  exchange.own_request_id.fill('0');
  exchange.trace_root.fill('0');
  exchange.request_id = {exchange.own_request_id.data(), exchange.own_request_id.size()};

  std::vector<char> block(256 * 1024);
  HeadWriter writer(block);
  write_request_head(writer, exchange);
  require(!writer.overflowed() && std::ranges::all_of(writer.text(), is_field_byte));

  RequestHead again;
  const auto progress = RequestParser(again, {.line = 65536, .field = 65536, .total = 262144, .fields = 128})
                            .parse(writer.text());
  if (progress.error == ErrorCode::too_many_headers)
    return;  // what Sluice adds may be too much for a table of our size
  require(progress.state == HeadProgress::State::complete && progress.size == writer.text().size());
  require(again.method == request.method && again.target == request.target);
  require(request.authority.empty() || again.authority == request.authority);
  const auto framed = request_framing(again);
  require(framed && framed->kind == framing.kind && framed->length == framing.length);
  const auto options = connection_options(again.fields);
  require(!options.close && !options.keep_alive && !options.upgrade && !options.names_fields);
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  auto input = fuzz::text_of(data, size);
  const auto cut = fuzz::take_number(input);
  RequestHead head;
  const auto progress = RequestParser(head, {}).parse(input);
  fuzz::check_request_cut(input, cut, progress);
  if (progress.state != HeadProgress::State::complete) return 0;
  fuzz::require(progress.size <= input.size() && head.fields.size() <= HeadLimits().fields);
  if (const auto framing = request_framing(head)) fuzz::check_sent_on(std::move(head), *framing);
  return 0;
}

// Responses: what goes to the client reads as the same response, and where its body ends never depends on how
// it came.
#include <algorithm>
#include <string>
#include <vector>

#include "proxy/h1_framing.h"
#include "proxy/h1_head.h"
#include "proxy/h1_serialize.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

void check_response_cut(std::string_view input, std::size_t cut, const HeadProgress& whole) {
  ResponseHead head;
  ResponseParser parser(head, {});
  auto progress = parser.parse(input.substr(0, std::min(cut, input.size())));
  if (progress.state == HeadProgress::State::incomplete) progress = parser.parse(input);
  require(progress.state == whole.state && progress.error == whole.error && progress.size == whole.size);
}

void check_passed_on(const ResponseHead& response, const Framing& framing) {
  std::vector<char> block(256 * 1024);
  HeadWriter writer(block);
  const bool chunked = framing.kind == Framing::Kind::chunked;
  write_response_head(writer, response,
                      {.encoding = chunked ? Encoding::chunked : Encoding::identity, .close = true});
  require(!writer.overflowed());

  ResponseHead again;
  const HeadLimits limits{.line = 65536, .field = 65536, .total = 262144, .fields = 128};
  const auto progress = ResponseParser(again, limits).parse(writer.text());
  require(progress.state == HeadProgress::State::complete && progress.size == writer.text().size());
  require(again.status == response.status && connection_options(again.fields).close);
  const auto framed = response_framing(again, "GET");
  require(framed && framed->kind == framing.kind && framed->length == framing.length);
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  auto input = fuzz::text_of(data, size);
  const auto cut = fuzz::take_number(input);
  ResponseHead head;
  const auto progress = ResponseParser(head, {}).parse(input);
  fuzz::check_response_cut(input, cut, progress);
  if (progress.state != HeadProgress::State::complete) return 0;
  fuzz::require(head.status >= 100 && head.status <= 599);
  const auto framing = response_framing(head, "GET");
  const auto of_head = response_framing(head, "HEAD");
  fuzz::require(framing.has_value() == of_head.has_value());
  fuzz::require(!of_head || of_head->kind == Framing::Kind::none);
  if (framing) fuzz::check_passed_on(head, *framing);
  return 0;
}

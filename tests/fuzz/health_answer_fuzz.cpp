// Any bytes as the answer to a health check: in pieces of any size they come to what they come to at once, within the
// bounds.
#include <algorithm>
#include <string>

#include "health/http_answer.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

struct Outcome {
  HttpAnswer::State state = HttpAnswer::State::reading;
  int status = 0;
  std::string body;
  bool operator==(const Outcome&) const = default;
};

Outcome read_in_pieces(std::string_view bytes, std::size_t size, HttpAnswer::Body wanted) {
  HttpAnswer answer(wanted);
  auto state = HttpAnswer::State::reading;
  while (state == HttpAnswer::State::reading && !bytes.empty()) {
    const auto piece = bytes.substr(0, size);
    state = answer.feed(piece);
    bytes.remove_prefix(piece.size());
  }
  if (state == HttpAnswer::State::reading) state = answer.end();
  if (state == HttpAnswer::State::malformed) return {state, 0, {}};
  return {state, answer.status(), std::string(answer.body())};
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  auto input = fuzz::text_of(data, size);
  const auto piece = fuzz::take_number(input) + 1;
  for (const auto wanted : {HttpAnswer::Body::ignored, HttpAnswer::Body::wanted}) {
    const auto whole = fuzz::read_in_pieces(input, std::max<std::size_t>(input.size(), 1), wanted);
    fuzz::require(whole == fuzz::read_in_pieces(input, piece, wanted));
    fuzz::require(whole.state != HttpAnswer::State::reading);
    fuzz::require(whole.body.size() <= HttpAnswer::most_body);
    if (whole.state == HttpAnswer::State::complete) fuzz::require(whole.status >= 100 && whole.status <= 999);
  }
  return 0;
}

// Chunked bodies: however the bytes are cut the body is the same, it is never longer than what came, and
// coded anew it is itself.
#include <string>
#include <vector>

#include "proxy/h1_chunked.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

using State = ChunkDecoder::State;

struct Decoded {
  State state = State::more;
  std::string data;
  std::string trailers;
  std::size_t consumed = 0;
};

void decode_piece(ChunkDecoder& decoder, std::string_view piece, Decoded& into) {
  while (into.state == State::more) {
    const auto step = decoder.decode(piece);
    require(step.consumed <= piece.size() && step.data.size() <= step.consumed);
    into.state = step.state;
    into.data += step.data;
    into.consumed += step.consumed;
    piece.remove_prefix(step.consumed);
    if (step.state == State::more && step.data.empty()) {
      require(piece.empty());
      return;
    }
  }
}

Decoded decode(std::string_view input, std::size_t piece) {
  ChunkDecoder decoder;
  Decoded decoded;
  for (std::size_t at = 0; at < input.size() && decoded.state == State::more; at += piece)
    decode_piece(decoder, input.substr(at, piece), decoded);
  if (decoded.state == State::done && decoder.trailers())
    for (const auto& field : *decoder.trailers())
      decoded.trailers.append(field.name).append(": ").append(field.value).append("\r\n");
  return decoded;
}

std::string encode(const Decoded& decoded) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string text;
  for (std::size_t at = 0; at < decoded.data.size(); at += 11) {
    const auto piece = std::string_view(decoded.data).substr(at, 11);
    text += hex[piece.size()];
    text.append("\r\n").append(piece).append("\r\n");
  }
  return text + "0\r\n" + decoded.trailers + "\r\n";
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::fuzz;
  auto input = text_of(data, size);
  const auto piece = take_number(input) % 32 + 1;
  const auto whole = decode(input, input.size() + 1);
  const auto in_pieces = decode(input, piece);
  require(whole.state == in_pieces.state);
  require(whole.data.size() <= input.size() && whole.trailers.size() <= 20 * 1024);
  if (whole.state == State::failed) return 0;
  require(whole.data == in_pieces.data && whole.trailers == in_pieces.trailers &&
          whole.consumed == in_pieces.consumed);
  if (whole.state == State::more) return 0;
  const auto coded = encode(whole);
  const auto again = decode(coded, piece);
  require(again.state == State::done && again.data == whole.data && again.trailers == whole.trailers);
  require(again.consumed == coded.size());
  return 0;
}

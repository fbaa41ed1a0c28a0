#include "proxy/h1_chunked.h"

#include <algorithm>

#include "proxy/h1_head.h"
#include "proxy/trailing_fields.h"

namespace sluice {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ChunkDecoder::Step ChunkDecoder::decode(std::string_view input) {
  std::size_t i = 0;
  while (i < input.size() && expect_ != Expect::done) {
    if (expect_ == Expect::data) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - i));
      left_ -= n;
      if (left_ == 0) expect_ = Expect::data_cr;
      return {i + n, input.substr(i, n), State::more};
    }
    if (!take(input[i])) return {i, {}, State::failed};
    ++i;
  }
  return {i, {}, expect_ == Expect::done ? State::done : State::more};
}

bool ChunkDecoder::take(char c) {
  switch (expect_) {
    case Expect::size:
      return take_size(c);
    case Expect::extension:
      if (++line_ > line_limit || ++overhead_ > overhead_limit) return false;
      if (c == '\r') expect_ = Expect::size_lf;
      return c == '\r' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    case Expect::size_lf:
      if (c != '\n') return false;
      expect_ = left_ == 0 ? Expect::trailers : Expect::data;
      digits_ = 0;
      line_ = 0;
      return true;
    case Expect::data_cr:
      expect_ = Expect::data_lf;
      return c == '\r';
    case Expect::data_lf:
      expect_ = Expect::size;
      return c == '\n';
    case Expect::trailers:
      return take_trailer(c);
    case Expect::data:
    case Expect::done:
      break;
  }
  return false;
}

bool ChunkDecoder::take_size(char c) noexcept {
  if (const int digit = hex_digit(c); digit >= 0) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return ++digits_ <= 15;
  }
  if (digits_ == 0) return false;
  if (c == '\r') {
    expect_ = Expect::size_lf;
  } else if (c == ';') {
    expect_ = Expect::extension;
  } else {
    return false;
  }
  return true;
}

bool ChunkDecoder::take_trailer(char c) {
  if (trailer_text_.size() >= trailer_limit) return false;
  if (c == '\n' && !trailer_text_.ends_with('\r')) return false;
  trailer_text_ += c;
  if (c != '\n' || (trailer_text_ != "\r\n" && !trailer_text_.ends_with("\r\n\r\n"))) return true;
  expect_ = Expect::done;
  return parse_trailers();
}

bool ChunkDecoder::parse_trailers() {
  std::string_view rest = trailer_text_;
  if (rest == "\r\n") return true;
  trailers_ = std::make_unique<Fields>();
  while (rest != "\r\n") {
    const auto end = rest.find("\r\n");
    Field field;
    if (rest.front() == ' ' || rest.front() == '\t' || !parse_field(rest.substr(0, end), field)) return false;
    if (may_trail(field) && !trailers_->add(field)) return false;
    rest.remove_prefix(end + 2);
  }
  if (trailers_->size() == 0) trailers_.reset();
  return true;
}

}  // namespace sluice

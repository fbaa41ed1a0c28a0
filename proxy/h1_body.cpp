#include "proxy/h1_body.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace sluice {

H1BodyReader::Status H1BodyReader::take_buffered(BodyPart& part) {
  part = {};
  if (done_) {
    part.end = true;
    return Status::part;
  }
  if (framing_.kind == Framing::Kind::chunked) return take_chunks(part);
  auto data = buffer_.unread();
  if (framing_.kind == Framing::Kind::length) {
    data = data.substr(0, std::min<std::uint64_t>(data.size(), left_));
    left_ -= data.size();
    part.end = done_ = left_ == 0;
  }
  if (!data.empty()) part.add(data);
  buffer_.consume(data.size());
  return Status::part;
}

H1BodyReader::Status H1BodyReader::take_chunks(BodyPart& part) {
  while (!part.full() && !done_) {
    const auto step = decoder_.decode(buffer_.unread());
    buffer_.consume(step.consumed);
    if (step.state == ChunkDecoder::State::failed) return Status::malformed;
    done_ = step.state == ChunkDecoder::State::done;
    if (step.data.empty()) break;
    part.add(step.data);
  }
  part.end = done_;
  part.trailers = done_ ? decoder_.trailers() : nullptr;
  return Status::part;
}

Awaitable<H1BodyReader::Status> H1BodyReader::read(BodyPart& part) {
  for (;;) {
    if (const auto status = take_buffered(part); status != Status::part) co_return status;
    if (part.bytes != 0 || part.end) co_return Status::part;
    buffer_.rewind(kept_);
    const auto result = co_await stream_.read_some(buffer_.space());
    if (result.status != IoStatus::ok) co_return at_end_of_stream(result.status, part);
    buffer_.filled(result.bytes);
  }
}

// A FIN is the end of a body only where nothing else says where it ends; a reset never is.
H1BodyReader::Status H1BodyReader::at_end_of_stream(IoStatus status, BodyPart& part) noexcept {
  if (status == IoStatus::timed_out) return Status::timed_out;
  if (status == IoStatus::cancelled) return Status::cancelled;
  if (status != IoStatus::eof || framing_.kind != Framing::Kind::until_close) return Status::truncated;
  part.end = done_ = true;
  return Status::part;
}

namespace {

constexpr std::string_view last_chunk = "0\r\n\r\n";

std::string last_chunk_with(const Fields& trailers) {
  std::string text = "0\r\n";
  for (const auto& field : trailers) text.append(field.name).append(": ").append(field.value).append("\r\n");
  return text += "\r\n";
}

// The pieces of one write: the head, the part's own, and what the chunked coding puts around them.
struct Pieces {
  std::array<iovec, BodyPart::capacity + 4> list;
  std::size_t count = 0;
  char size_line[24];

  void add(std::string_view bytes) noexcept {
    if (!bytes.empty()) list[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
  }

  void add_size_line(std::size_t bytes) noexcept {
    auto* end = std::to_chars(size_line, size_line + 20, bytes, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    add({size_line, static_cast<std::size_t>(end - size_line)});
  }

  void add_part(const BodyPart& part) noexcept {
    std::copy_n(part.pieces.begin(), part.count, list.begin() + count);
    count += part.count;
  }
};

}  // namespace

Awaitable<IoResult> write_h1(Stream& stream, std::string_view head, const BodyPart& part, Encoding encoding) {
  Pieces pieces;
  std::string trailers;
  pieces.add(head);
  if (encoding == Encoding::chunked && part.bytes != 0) pieces.add_size_line(part.bytes);
  pieces.add_part(part);
  if (encoding == Encoding::chunked) {
    if (part.bytes != 0) pieces.add("\r\n");
    if (part.end && part.trailers) trailers = last_chunk_with(*part.trailers);
    if (part.end) pieces.add(part.trailers ? std::string_view(trailers) : last_chunk);
  }
  // What the socket takes at once needs no second coroutine.
  std::span<iovec> left(pieces.list.data(), pieces.count);
  if (left.empty()) co_return IoResult{};
  std::size_t written = 0;
  if (const auto result = stream.try_write(left); result.status == IoStatus::ok) {
    written = result.bytes;
    left = advance(left, result.bytes);
  }
  if (left.empty()) co_return IoResult{IoStatus::ok, written};
  auto result = co_await stream.write_all(left);
  result.bytes += written;
  co_return result;
}

}  // namespace sluice

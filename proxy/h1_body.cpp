#include "proxy/h1_body.h"

#include <algorithm>

#include "proxy/exchange.h"

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

Awaitable<H1BodyReader::Status> H1BodyReader::read(BodyPart& part, const Downstream* taker) {
  for (;;) {
    if (const auto status = take_buffered(part); status != Status::part) co_return status;
    if (part.bytes != 0 || part.end) co_return Status::part;
    buffer_.rewind(kept_);
    const auto space = buffer_.space();
    const auto most = taker ? std::min(taker->room(), space.size()) : space.size();
    const auto result = stream_.try_read(space.first(most));
    auto status = result.status;
    if (needs_more(status)) status = co_await stream_.wait(status);
    if (status != IoStatus::ok) co_return at_end_of_stream(status, part);
    buffer_.filled(result.bytes);  // none, if it had to wait
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

}  // namespace sluice

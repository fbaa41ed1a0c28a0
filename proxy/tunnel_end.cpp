#include "proxy/tunnel_end.h"

namespace sluice {

Awaitable<BodyStatus> StreamEnd::read(BodyPart& part) {
  part = {};
  if (!already_read_.empty()) {
    part.add(std::exchange(already_read_, {}));
    co_return BodyStatus::ok;
  }
  for (;;) {
    in_.release();  // a buffer is held only while there is something to pass on
    if (!stream_.has_pending()) {
      const auto status = co_await stream_.wait_readable();
      if (status != IoStatus::ok) co_return BodyStatus::cancelled;
    }
    in_ = Buffer(blocks_);
    const auto got = stream_.try_read(in_.space());
    if (got.status == IoStatus::eof) part.end = true;
    if (got.status == IoStatus::ok) part.add({in_.space().data(), got.bytes});
    if (got.status == IoStatus::eof || got.status == IoStatus::ok) co_return BodyStatus::ok;
    if (got.status == IoStatus::want_write) {
      const auto status = co_await stream_.wait(got.status);
      if (status != IoStatus::ok) co_return BodyStatus::cancelled;
    } else if (got.status != IoStatus::want_read) {
      co_return BodyStatus::truncated;
    }
  }
}

Awaitable<IoStatus> StreamEnd::write(const BodyPart& part) {
  auto pieces = part.pieces;
  const auto sent = co_await stream_.write_all({pieces.data(), part.count});
  if (sent.status == IoStatus::ok && part.end) stream_.shut_write();
  co_return sent.status;
}

}  // namespace sluice

#include "proxy/stream.h"

#include <sys/socket.h>

#include <cerrno>

namespace sluice {
namespace {

IoStatus status_of(Wake wake) noexcept {
  switch (wake) {
    case Wake::ready:
      return IoStatus::ok;
    case Wake::timed_out:
      return IoStatus::timed_out;
    case Wake::cancelled:
      break;
  }
  return IoStatus::cancelled;
}

bool would_block(int error) noexcept {
  return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

void Stream::shut_write() noexcept {
  ::shutdown(fd(), SHUT_WR);
}

Awaitable<IoStatus> Stream::wait(IoStatus wanted) {
  const auto direction = wanted == IoStatus::want_read ? Direction::read : Direction::write;
  if (descriptor_.interrupted() != Wake::ready) co_return status_of(descriptor_.interrupted());
  if (descriptor_.ready(direction)) co_return IoStatus::ok;
  co_return status_of(co_await descriptor_.wait(direction));
}

Awaitable<IoStatus> Stream::wait_readable() {
  if (has_pending()) co_return IoStatus::ok;
  char byte = 0;
  if (::recv(fd(), &byte, 1, MSG_PEEK) >= 0 || !would_block(errno)) co_return IoStatus::ok;
  descriptor_.exhausted(Direction::read);
  co_return co_await wait(IoStatus::want_read);
}

Awaitable<IoResult> Stream::read_some(std::span<char> into) {
  for (;;) {
    const auto result = try_read(into);
    if (!needs_more(result.status)) co_return result;
    if (const auto woken = co_await wait(result.status); woken != IoStatus::ok) co_return IoResult{woken};
  }
}

Awaitable<IoResult> Stream::write_all(std::span<iovec> pieces) {
  std::size_t written = 0;
  while (!pieces.empty()) {
    const auto result = try_write(pieces);
    if (result.status == IoStatus::ok) {
      written += result.bytes;
      pieces = advance(pieces, result.bytes);
      continue;
    }
    if (!needs_more(result.status)) co_return result;
    if (const auto woken = co_await wait(result.status); woken != IoStatus::ok) co_return IoResult{woken};
  }
  co_return IoResult{IoStatus::ok, written};
}

IoResult PlainStream::try_read(std::span<char> into) {
  if (!descriptor_.ready(Direction::read)) return {IoStatus::want_read};
  for (;;) {
    const auto n = ::recv(fd(), into.data(), into.size(), 0);
    if (n > 0) {
      if (static_cast<std::size_t>(n) < into.size()) descriptor_.drained();
      return {IoStatus::ok, static_cast<std::size_t>(n)};
    }
    if (n == 0) return {IoStatus::eof};
    if (errno == EINTR) continue;
    if (!would_block(errno)) return {IoStatus::failed};
    descriptor_.exhausted(Direction::read);
    return {IoStatus::want_read};
  }
}

IoResult PlainStream::try_write(std::span<const iovec> pieces) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = std::min<std::size_t>(pieces.size(), 64);
  for (;;) {
    const auto n = ::sendmsg(fd(), &message, MSG_NOSIGNAL);
    if (n >= 0) return {IoStatus::ok, static_cast<std::size_t>(n)};
    if (errno == EINTR) continue;
    if (!would_block(errno)) {
      descriptor_.broken();
      return {IoStatus::failed};
    }
    descriptor_.exhausted(Direction::write);
    return {IoStatus::want_write};
  }
}

std::span<iovec> advance(std::span<iovec> pieces, std::size_t bytes) noexcept {
  while (!pieces.empty() && bytes >= pieces.front().iov_len) {
    bytes -= pieces.front().iov_len;
    pieces = pieces.subspan(1);
  }
  if (!pieces.empty()) {
    pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + bytes;
    pieces.front().iov_len -= bytes;
  }
  return pieces;
}

}  // namespace sluice

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "tests/session/wire.h"

namespace sluice::session {

void PlainWire::leave() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool PlainWire::listen() {
  std::array<char, 4096> block;
  const auto n = ::recv(fd_, block.data(), block.size(), 0);
  if (n > 0) heard_.append(block.data(), static_cast<std::size_t>(n));
  if (n > 0) return true;
  const bool ended_before = other_ended_;
  if (n == 0 || errno != EAGAIN) other_ended_ = true;
  return other_ended_ != ended_before;
}

Wire::Progress PlainWire::say(const Line& line) {
  const auto wanted = std::min(slice_, line.say.size() - said_);
  if (wanted != 0) {
    const auto n = ::send(fd_, line.say.data() + said_, wanted, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN ? Progress::waits : Progress::nobody_listens;
    said_ += static_cast<std::size_t>(n);
  }
  if (said_ != line.say.size()) return Progress::moved;
  said_ = 0;
  if (line.then == Line::Then::finish) ::shutdown(fd_, SHUT_WR);
  if (line.then == Line::Then::leave) leave();
  return Progress::done;
}

}  // namespace sluice::session

#include "tests/session/actor.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace sluice::session {

Actor::Actor(int fd, Script script, Manner manner, std::size_t slice)
    : fd_(fd), script_(std::move(script)), manner_(std::move(manner)), slice_(slice) {}

void Actor::leave() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool Actor::act(const std::string& heard_by_origin) {
  if (has_left()) return false;
  const bool heard_something = listen();
  if (manner_.leave_when && manner_.leave_when({heard_, heard_by_origin})) {
    leave();
    return true;
  }
  const bool said_something = speak(heard_by_origin);
  if (!has_left() && other_ended_ && !said_something) leave();
  return heard_something || said_something || has_left();
}

bool Actor::listen() {
  std::array<char, 4096> block;
  const auto n = ::recv(fd_, block.data(), block.size(), 0);
  if (n > 0) heard_.append(block.data(), static_cast<std::size_t>(n));
  if (n > 0) return true;
  const bool ended_before = other_ended_;
  if (n == 0 || errno != EAGAIN) other_ended_ = true;
  return other_ended_ != ended_before;
}

// What was heard and answered is forgotten; what comes next may have a script of its own.
void Actor::turn_the_page() {
  if (!manner_.next || line_ != script_.size()) return;
  if (!script_.empty()) heard_.erase(0, manner_.skip(heard_));
  script_ = manner_.next(heard_);
  line_ = 0;
}

bool Actor::speak(const std::string& heard_by_origin) {
  turn_the_page();
  if (line_ == script_.size()) return false;
  const auto& line = script_[line_];
  if (!speaking_ && !line.when({heard_, heard_by_origin})) return false;
  speaking_ = true;
  const auto wanted = std::min(slice_, line.say.size() - said_);
  if (wanted != 0) {
    const auto n = ::send(fd_, line.say.data() + said_, wanted, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return false;
    if (n < 0) {  // nobody listens: hears what there is, and leaves
      manner_ = {};
      line_ = script_.size();
      return false;
    }
    said_ += static_cast<std::size_t>(n);
  }
  if (said_ != line.say.size()) return true;
  if (line.then == Line::Then::finish) ::shutdown(fd_, SHUT_WR);
  if (line.then == Line::Then::leave) leave();
  speaking_ = false;
  said_ = 0;
  ++line_;
  return true;
}

}  // namespace sluice::session

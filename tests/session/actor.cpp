#include "tests/session/actor.h"

namespace sluice::session {

Actor::Actor(std::unique_ptr<Wire> wire, Script script, Manner manner)
    : wire_(std::move(wire)), script_(std::move(script)), manner_(std::move(manner)) {}

std::string_view Actor::heard() const {
  return wire_->heard().substr(forgotten_);
}

bool Actor::act(std::string_view heard_by_origin) {
  if (has_left()) return false;
  const bool heard_something = wire_->listen();
  if (manner_.leave_when && manner_.leave_when({heard(), heard_by_origin})) {
    wire_->leave();
    return true;
  }
  const bool said_something = speak(heard_by_origin);
  if (!has_left() && wire_->other_ended() && !said_something) wire_->leave();
  return heard_something || said_something || has_left();
}

// What was heard and answered is forgotten; what comes next may have a script of its own.
void Actor::turn_the_page() {
  if (!manner_.next || line_ != script_.size()) return;
  if (!script_.empty()) forgotten_ += manner_.skip(heard());
  script_ = manner_.next(heard());
  line_ = 0;
}

bool Actor::speak(std::string_view heard_by_origin) {
  turn_the_page();
  if (line_ == script_.size()) return false;
  const auto& line = script_[line_];
  if (!speaking_ && !line.when({heard(), heard_by_origin})) return false;
  speaking_ = true;
  switch (wire_->say(line)) {
    case Wire::Progress::waits:
      return false;
    case Wire::Progress::moved:
      return true;
    case Wire::Progress::nobody_listens:  // hears what there is, and leaves
      manner_ = {};
      line_ = script_.size();
      return false;
    case Wire::Progress::done:
      break;
  }
  speaking_ = false;
  ++line_;
  return true;
}

}  // namespace sluice::session

#include "tests/session/h2_origin.h"

#include "tests/session/h2_wire.h"

namespace sluice::session {

bool H2Origin::act(std::string_view heard_by_origin) {
  if (has_left()) return false;
  bool happened = endpoint_.take_turn();
  for (const auto& [id, stream] : endpoint_.heard())
    if (stream.head && !actors_.contains(id))
      actors_.try_emplace(id, std::make_unique<H2StreamWire>(endpoint_, id), Script{}, manner_);
  for (auto& [id, actor] : actors_) happened |= actor.act(heard_by_origin);
  if (!has_left() && endpoint_.other_ended() && !happened) endpoint_.leave();
  return happened || has_left();
}

std::string_view H2Origin::heard() const {
  return actors_.empty() ? std::string_view() : actors_.rbegin()->second.heard();
}

}  // namespace sluice::session

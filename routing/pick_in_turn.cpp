#include "routing/pick_in_turn.h"

namespace sluice {

const Target* pick_in_turn(Members& among, const Pick& pick) noexcept {
  const Target* target = nullptr;
  for (std::size_t i = 0; i < among.turns.size(); ++i) {
    if (among.cursor >= among.turns.size()) among.cursor = 0;
    target = among.all[among.turns[among.cursor++]].target;
    if (!pick.was_tried(target)) break;
  }
  return target;
}

}  // namespace sluice

// Who plays a story: its client and its origins, in the version of HTTP that each speaks.
#pragma once

#include <memory>

#include "tests/session/actor.h"
#include "tests/session/story.h"

namespace sluice::session {

// At the other end of the descriptor, which it takes over. `slice`: the most bytes said in one turn.
[[nodiscard]] std::unique_ptr<Partner> make_client(Version version, int fd, const Story& story,
                                                   std::size_t slice);
[[nodiscard]] std::unique_ptr<Partner> make_origin(Version version, int fd, const Story& story,
                                                   std::size_t slice);

}  // namespace sluice::session

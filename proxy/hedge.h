// A second try beside the first: if the first has no response after a while, a copy of the request goes to
// another target, and the first response that may be sent on wins. For requests that may be repeated and came
// whole. The race is decided where heads are judged, before anything goes to the client.
#pragma once

#include <functional>

#include "proxy/attempt.h"

namespace sluice {

class Worker;

struct Hedge {
  Clock::duration after;            // without a response
  std::function<bool()> may_begin;  // asked then: whether the budget has room
};

// Like attempt(), and counts what becomes of both.
[[nodiscard]] Awaitable<AttemptResult> hedged_attempt(Worker& worker, Exchange& x, AttemptTerms terms,
                                                      Hedge hedge);

}  // namespace sluice

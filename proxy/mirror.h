// Copies of a share of a service's requests for another variant: sent when the client has its answer, so that
// they never slow it; their answers are compared by status, counted and thrown away.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

class Worker;

// Before the request is forwarded: whether it will be copied; then its body is kept.
[[nodiscard]] Copied choose_mirror(Worker& worker, const Exchange& x);
// After it was answered: sends the copy, if one was chosen and can be made. Returns at once.
void send_mirror(Worker& worker, const Exchange& x);

}  // namespace sluice

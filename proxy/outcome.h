// What is kept of an exchange when it is over: its counters, and its line in the access log.
#pragma once

#include "proxy/attempt.h"

namespace sluice {

class Worker;

// At the beginning: the time and the ids.
void stamp(Worker& worker, Exchange& x);
// Once the variant is known: what put the request there, the arms that it fell into, what its cookies were
// worth.
void count_assignment(Worker& worker, const Exchange& x);
// After each attempt at a target.
void count_attempt(Worker& worker, const Exchange& x, const AttemptResult& result);
// At the end, whatever the end was.
void record(Worker& worker, Exchange& x);

}  // namespace sluice

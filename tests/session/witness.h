// What was really said in a run, on each of the proxy's connections, whatever their version.
#pragma once

#include "tests/session/messages.h"
#include "tests/session/stage.h"

namespace sluice::session {

struct Testimony {
  Conversation requests;
  Conversation responses;  // whoever gets them takes the complete ones for whole
};

[[nodiscard]] Testimony with_client(const Story& story, const Played& played);
[[nodiscard]] std::vector<Testimony> with_origins(const Played& played);

// For whoever has to find out what went wrong.
[[nodiscard]] std::string transcript(const Played& played);

// The first stream of a client's connection that was neither answered to its end nor plainly left alone
// (RFC 9113 §6.8, §8.7); empty if there is none.
[[nodiscard]] std::string stream_cut_short(const StreamRecord& client);

}  // namespace sluice::session

// What must hold of a story that was played, whatever went wrong in it.
#pragma once

#include "tests/session/stage.h"

namespace sluice::session {

// Nobody was lied to: what is wrong, empty if nothing.
//  - The story ended in time and left nothing behind.
//  - The proxy said nothing that a peer must take for an error of the protocol.
//  - Each response that looks complete to the client is what an origin said to that request, or an error that
//  Sluice made.
//  - Each request that looks complete to an origin is one that the client completed, and no POST is there
//  twice.
[[nodiscard]] std::string lie_in(const Story& story, const Played& played);

// All went as the story tells, which is what it must without a fault: what did not, empty if all did.
[[nodiscard]] std::string deviation_in(const Story& story, const Played& played);

// Who is told to finish what is in flight does so: what of it was cut short, empty if nothing.
[[nodiscard]] std::string cut_short(const Played& played);

}  // namespace sluice::session

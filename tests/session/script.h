// What a client or an origin is to say, and when: text of HTTP/1.1, whatever version carries it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::session {

// What an actor may go by. What was heard over HTTP/2 is here as the text that says the same in HTTP/1.1.
struct Scene {
  std::string_view heard;            // by itself; an origin: since the request began that it is at
  std::string_view heard_by_origin;  // by the newest origin connection, or stream
};
using Cue = std::function<bool(const Scene&)>;

struct Line {
  enum class Then { stay, finish, leave };  // finish: says no more, but listens

  Cue when;
  std::string say;
  Then then = Then::stay;
};
using Script = std::vector<Line>;

}  // namespace sluice::session

// The other end of one of the proxy's connections, a client or an origin: says the lines of its script when
// their time has come, and hears what is said to it. It never blocks: the stage gives every actor a turn
// after the proxy has gone idle.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace sluice::session {

// What an actor may go by.
struct Scene {
  const std::string& heard;            // by itself; an origin: since the request began that it is at
  const std::string& heard_by_origin;  // by the newest origin connection
};
using Cue = std::function<bool(const Scene&)>;

struct Line {
  enum class Then { stay, finish, leave };  // finish: says no more, but listens

  Cue when;
  std::string say;
  Then then = Then::stay;
};
using Script = std::vector<Line>;

// What an actor does by itself, beside its script.
struct Manner {
  Cue leave_when;  // at any line; null: never
  std::function<std::size_t(const std::string&)>
      skip;  // at the end of a script: how much of what was heard is done with
  std::function<Script(const std::string&)>
      next;  // then: the lines that what was heard since calls for, if any
};

class Actor {
 public:
  // Takes over the descriptor. `slice`: the most bytes said in one turn.
  Actor(int fd, Script script, Manner manner, std::size_t slice);
  ~Actor() { leave(); }
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // One turn; true if anything happened.
  bool act(const std::string& heard_by_origin);
  void leave() noexcept;
  [[nodiscard]] bool has_left() const noexcept { return fd_ < 0; }
  [[nodiscard]] const std::string& heard() const noexcept { return heard_; }

 private:
  bool listen();
  void turn_the_page();
  bool speak(const std::string& heard_by_origin);

  int fd_;
  Script script_;
  Manner manner_;
  std::size_t slice_;
  std::size_t line_ = 0;
  std::size_t said_ = 0;  // of the line
  bool speaking_ = false;
  bool other_ended_ = false;
  std::string heard_;
};

}  // namespace sluice::session

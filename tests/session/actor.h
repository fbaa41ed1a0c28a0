// The other end of one of the proxy's connections, a client or an origin: says the lines of its script when
// their time has come, and hears what is said to it. It never blocks: the stage gives every actor a turn
// after the proxy has gone idle.
#pragma once

#include <memory>

#include "tests/session/wire.h"

namespace sluice::session {

// What an actor does by itself, beside its script.
struct Manner {
  Cue leave_when;  // at any line; null: never
  std::function<std::size_t(std::string_view)>
      skip;  // at the end of a script: how much of what was heard is done with
  std::function<Script(std::string_view)>
      next;  // then: the lines that what was heard since calls for, if any
};

// Whoever is at the other end of one of the proxy's connections.
class Partner {
 public:
  virtual ~Partner() = default;

  // One turn; true if anything happened.
  virtual bool act(std::string_view heard_by_origin) = 0;
  [[nodiscard]] virtual bool has_left() const = 0;
  // Since the request began that it is at.
  [[nodiscard]] virtual std::string_view heard() const = 0;
  // What the proxy said that no peer may say; empty if nothing.
  [[nodiscard]] virtual std::string complaint() const = 0;
};

class Actor final : public Partner {
 public:
  Actor(std::unique_ptr<Wire> wire, Script script, Manner manner);

  bool act(std::string_view heard_by_origin) override;
  [[nodiscard]] bool has_left() const override { return wire_->has_left(); }
  [[nodiscard]] std::string_view heard() const override;
  [[nodiscard]] std::string complaint() const override { return wire_->complaint(); }

 private:
  void turn_the_page();
  bool speak(std::string_view heard_by_origin);

  std::unique_ptr<Wire> wire_;
  Script script_;
  Manner manner_;
  std::size_t line_ = 0;
  bool speaking_ = false;
  std::size_t forgotten_ = 0;  // bytes of what was heard
};

}  // namespace sluice::session

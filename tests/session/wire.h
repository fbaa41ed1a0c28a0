// What an actor speaks and hears through: a connection of HTTP/1.1, one of HTTP/2, or a stream of one. It
// never blocks.
#pragma once

#include "tests/session/script.h"

namespace sluice::session {

class Wire {
 public:
  enum class Progress {
    waits,           // nothing can go now
    moved,           // something went; the same line has to come again
    done,            // all of the line is said, and what is to happen then has happened
    nobody_listens,  // nor will ever
  };

  virtual ~Wire() = default;

  // Takes in what has come; true if anything happened.
  virtual bool listen() = 0;
  // All that came, as text of HTTP/1.1. Valid until the next call of listen().
  [[nodiscard]] virtual std::string_view heard() const = 0;
  // Nothing more will be heard that could be waited for.
  [[nodiscard]] virtual bool other_ended() const = 0;

  [[nodiscard]] virtual Progress say(const Line& line) = 0;
  virtual void leave() = 0;
  [[nodiscard]] virtual bool has_left() const = 0;
  // What the proxy said that no peer may say; empty if nothing.
  [[nodiscard]] virtual std::string complaint() const { return {}; }
};

// The bytes as they are.
class PlainWire final : public Wire {
 public:
  // Takes over the descriptor. `slice`: the most bytes said in one turn.
  PlainWire(int fd, std::size_t slice) : fd_(fd), slice_(slice) {}
  ~PlainWire() override { leave(); }
  PlainWire(const PlainWire&) = delete;
  PlainWire& operator=(const PlainWire&) = delete;

  bool listen() override;
  [[nodiscard]] std::string_view heard() const override { return heard_; }
  [[nodiscard]] bool other_ended() const override { return other_ended_; }
  [[nodiscard]] Progress say(const Line& line) override;
  void leave() override;
  [[nodiscard]] bool has_left() const override { return fd_ < 0; }

 private:
  int fd_;
  std::size_t slice_;
  std::size_t said_ = 0;  // of the line
  bool other_ended_ = false;
  std::string heard_;
};

}  // namespace sluice::session

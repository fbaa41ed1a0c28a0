// The other ends of a running worker: a client that connects to it and an origin that it connects to. Both
// block, at most five seconds; a test plays them in turn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::session {

class BlockingPeer {
 public:
  static BlockingPeer connect(std::uint16_t port);
  explicit BlockingPeer(int fd);
  BlockingPeer(BlockingPeer&& other) noexcept;
  BlockingPeer& operator=(BlockingPeer&&) = delete;
  ~BlockingPeer();

  void say(std::string_view text) const;
  // What has come by the time that `last` has, or that nothing more comes.
  [[nodiscard]] std::string hear(std::string_view last);
  // Everything until the end, which has to come.
  [[nodiscard]] std::string hear_to_the_end();
  // True once the other side has closed or reset; false if it does not within the five seconds.
  [[nodiscard]] bool is_left();
  // Nothing has come that was not heard yet.
  [[nodiscard]] bool hears_nothing() const;

 private:
  [[nodiscard]] bool receive();

  int fd_;
  std::string heard_;
  bool ended_ = false;
};

class BlockingOrigin {
 public:
  BlockingOrigin();
  ~BlockingOrigin();
  BlockingOrigin(const BlockingOrigin&) = delete;
  BlockingOrigin& operator=(const BlockingOrigin&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] BlockingPeer accept();

 private:
  int listening_;
};

}  // namespace sluice::session

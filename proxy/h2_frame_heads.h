// The frames of an HTTP/2 connection as they come, by their heads alone (RFC 9113 §4.1): nghttp2 does not
// tell of those that it passes over, which are as much of a flood as others.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace sluice {

struct H2FrameHead {
  std::uint32_t length = 0;  // bytes of its payload
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
};

class H2FrameHeads {
 public:
  // `preface`: bytes before the first frame.
  explicit H2FrameHeads(std::size_t preface) noexcept : skip_(preface) {}

  // In pieces of any size. on_head() says what a frame costs, which goes off the budget: how many of the
  // bytes it took to spend all of that; every one if they cost less.
  template <class F>
  std::size_t read(std::string_view bytes, int& budget, const F& on_head) {
    std::size_t at = 0;
    while (at < bytes.size() && budget > 0) {
      if (skip_ == 0) {
        head_[got_++] = static_cast<std::uint8_t>(bytes[at++]);
        if (got_ < head_.size()) continue;
        budget -= end_of_head(on_head);
      } else {
        const auto step = std::min(skip_, bytes.size() - at);
        at += step;
        skip_ -= step;
      }
    }
    return at;
  }

 private:
  template <class F>
  int end_of_head(const F& on_head) {
    const H2FrameHead head{(std::uint32_t{head_[0]} << 16) | (std::uint32_t{head_[1]} << 8) | head_[2],
                           head_[3], head_[4]};
    skip_ = head.length;
    got_ = 0;
    return on_head(head);
  }

  std::size_t skip_;
  std::array<std::uint8_t, 9> head_{};
  std::size_t got_ = 0;
};

}  // namespace sluice

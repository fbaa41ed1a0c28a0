// What a peer may do on one HTTP/2 connection before it is shown the door: counts of what costs us more than
// it costs the sender (the table of docs/configuration.md; Envoy's numbers where it has some). Pure: it says
// when, the session acts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "proxy/h2_block.h"
#include "proxy/h2_frame_heads.h"

namespace sluice {

enum class Abuse : std::uint8_t {
  none,
  resets,           // CVE-2023-44487: streams opened and reset at once
  stream_errors,    // CVE-2025-8671: mistakes that make us reset our own streams
  empty_data,       // CVE-2019-9518
  window_updates,   // CVE-2019-9517 and others of that summer
  priorities,       // CVE-2019-9513
  continuations,    // CVE-2024-27919
  control_frames,   // CVE-2019-9512, -9515: answers that nobody reads
  header_lists,     // CVE-2016-6581: heads that are short on the way and endless when they are read
  protocol_errors,  // RFC 9113 §5.4.1: what no peer may say, which is the end at once
};
inline constexpr std::size_t abuses = 10;
[[nodiscard]] std::string_view to_string(Abuse abuse) noexcept;

class H2Abuse {
 public:
  // `tolerance`: how many times as much as of a client is borne with. A target's connection carries the
  // requests of many, and it is the operator's own.
  explicit H2Abuse(std::uint32_t tolerance = 1) noexcept : tolerance_(tolerance) {}

  void stream_finished() noexcept;
  void data_sent() noexcept { ++data_sent_; }
  // So many a second are no attack, from a client that waits for what often does not come.
  static constexpr std::uint32_t resets_forgiven = 10;
  void forgive_resets(std::uint32_t count) noexcept { early_resets_ -= std::min(early_resets_, count); }

  // Each says what is too much by now.
  [[nodiscard]] Abuse reset_early() noexcept;
  [[nodiscard]] Abuse stream_error() noexcept;
  [[nodiscard]] Abuse frame(const H2FrameHead& head) noexcept;
  // A header block began, and a field of it was decoded: its bytes, and what a whole list may have.
  void block_begun() noexcept { decoded_ = 0; }
  [[nodiscard]] Abuse field(std::size_t bytes, const H2Block::Limits& list) noexcept;

 private:
  [[nodiscard]] Abuse data(const H2FrameHead& head) noexcept;
  [[nodiscard]] Abuse window_update() noexcept;
  [[nodiscard]] Abuse priority() noexcept;
  [[nodiscard]] Abuse continuation() noexcept;

  std::uint32_t tolerance_;
  std::uint64_t heads_ = 0;      // that the peer has sent
  std::uint64_t data_sent_ = 0;  // frames
  std::uint64_t window_updates_ = 0;
  std::uint64_t priorities_ = 0;
  std::uint32_t early_resets_ = 0;   // less one for each stream that was served, and for time
  std::uint32_t stream_errors_ = 0;  // less one for each stream that was served
  std::uint32_t empty_data_ = 0;     // in a row
  std::uint32_t continuations_ = 0;  // in a row
  std::uint64_t decoded_ = 0;        // bytes of the header block
};

}  // namespace sluice

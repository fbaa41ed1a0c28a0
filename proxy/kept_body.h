// What was read of a request's body beyond what came with the head, kept for another try while it is small
// (RetryPolicy::buffer). Costs nothing for requests that came whole.
#pragma once

#include <string>

#include "proxy/body.h"

namespace sluice {

class KeptBody {
 public:
  // Before the first attempt: how much may be kept, in bytes.
  void begin(std::uint64_t limit, const BodyPart& first);
  // The next part, before it goes to the target.
  void keep(const BodyPart& part);
  // All that was read is here.
  [[nodiscard]] bool is_whole() const noexcept { return whole_; }
  // All of it as one part, for another try. Valid until clear().
  [[nodiscard]] BodyPart part() const noexcept;
  void clear() noexcept;

 private:
  static constexpr std::size_t kept_capacity = 64 * 1024;  // from request to request

  std::string text_;
  std::uint64_t limit_ = 0;
  bool whole_ = false;
  bool end_ = false;
};

}  // namespace sluice
